import type {
  NoticeParagraph,
  NoticeRow,
  NoticeRun,
  NoticeTopic,
  NoticeView,
  ParagraphStyle,
} from '../types';

/** An invented letter, before anybody touched it; its time is so many hours ago. */
export interface FakeLetter {
  row: NoticeRow;
  rest: Omit<NoticeView, 'row'>;
}

const HOUR_MS = 3_600_000;
const MANY = 100;

const run = (text: string, change: Partial<NoticeRun> = {}): NoticeRun => ({
  text,
  strong: false,
  link: null,
  ...change,
});
const link = (text: string, address: string, place: string, official = true, lookalike = false): NoticeRun =>
  run(text, { link: { address, place, official, lookalike } });
const paragraph = (style: ParagraphStyle, ...runs: (NoticeRun | string)[]): NoticeParagraph => ({
  style,
  runs: runs.map((one) => (typeof one === 'string' ? run(one) : one)),
});

const FINE = [
  paragraph(
    'plain',
    'Pe 14 noiembrie 2026, ora 17:42, pe strada Calea Ieșilor din Chișinău, vehiculul ',
    run('C TC 482', { strong: true }),
    ' a depășit viteza permisă cu 18 km/h.',
  ),
  paragraph('heading', 'Ce puteți face'),
  paragraph(
    'item',
    'Plătiți jumătate, 450,00 lei, până pe 28 noiembrie 2026: ',
    link('mpay.gov.md', 'https://mpay.gov.md/order/482', 'mpay.gov.md'),
    '.',
  ),
  paragraph(
    'item',
    'Vedeți fotografia și procesul-verbal: ',
    link('dosarul contravenției', 'https://mcabinet.gov.md/case/482', 'mcabinet.gov.md'),
    '.',
  ),
  paragraph('item', 'Contestați la judecătorie în 15 zile de la primirea acestei scrisori.'),
  paragraph(
    'plain',
    'Pentru întrebări sunați la ',
    link('022 255 255', 'tel:+37322255255', '022 255 255'),
    '.',
  ),
];

const PETITION = [
  paragraph(
    'plain',
    'Petiția dumneavoastră despre iluminatul străzii a fost examinată. Lucrările încep pe 5 ianuarie 2027.',
  ),
  paragraph(
    'plain',
    'Cum a fost luată hotărârea citiți pe ',
    link('pagina primăriei', 'https://chisinau.example/decizii/118', 'chisinau.example', false),
    ', iar părerea o puteți lăsa aici: ',
    link('chestionar', 'http://mcabinet-gov.md.example/form', 'mcabinet-gov.md.example', false, true),
    '.',
  ),
];

const LONG_SUBJECT =
  'Înștiințare cu privire la recalcularea impozitului pe bunurile imobiliare și a impozitului funciar pentru anii ' +
  '2024, 2025 și 2026, ca urmare a corectării suprafeței înregistrate în cadastrul bunurilor imobile pentru imobilul ' +
  'situat în municipiul Chișinău, sectorul Buiucani, și a termenului până la care diferența se plătește';

const FILES = [
  { number: 0, name: 'Proces-verbal nr. 482.pdf', mediaType: 'application/pdf', size: 243_810 },
  { number: 1, name: 'Fotografie.jpg', mediaType: 'image/jpeg', size: 1_873_000 },
  { number: 2, name: 'Dosar.zip', mediaType: 'application/zip', size: 912 },
];

type Sketch = [hours: number, topic: NoticeTopic, source: string, subject: string, body: string];

const SKETCHES: Sketch[] = [
  [0.2, 'fines', 'Inspectoratul General al Poliției', 'Proces-verbal pentru depășirea vitezei', ''],
  [
    0.5,
    'documents',
    'Agenția Servicii Publice',
    'Permisul de conducere expiră curând',
    'Permisul dumneavoastră de conducere expiră pe 14 decembrie 2026. Altul se solicită la orice centru multifuncțional, cu o programare făcută din timp.',
  ],
  [
    25,
    'payments',
    'Serviciul Fiscal de Stat',
    'Impozitul pe bunurile imobiliare pentru 2026',
    'Suma de plată este 1 250,00 lei, până pe 25 decembrie 2026. Cine plătește până pe 30 noiembrie are o reducere de 10 %.',
  ],
  [
    27,
    'social',
    'Compania Națională de Asigurări în Medicină',
    'Polița medicală este activă',
    'Asigurarea dumneavoastră medicală obligatorie este activă până pe 31 decembrie 2026.',
  ],
  [
    75,
    'security',
    'MPass',
    'Intrare nouă în cont',
    'S-a intrat în contul dumneavoastră cu semnătura mobilă. Dacă nu ați fost dumneavoastră, sunați la 022 820 820.',
  ],
  [
    122,
    'services',
    'Agenția Servicii Publice',
    'Programarea din 27 noiembrie, ora 10:20',
    'Vă așteptăm la centrul multifuncțional Râșcani, ghișeul 4. Luați cu dumneavoastră buletinul vechi.',
  ],
  [220, 'civic', 'Primăria municipiului Chișinău', 'Răspuns la petiția dumneavoastră', ''],
  [
    480,
    'powers',
    'MPower',
    'Împuternicirea dată de Ion Ceban expiră',
    'Împuternicirea prin care îl reprezentați pe Ion Ceban la notar expiră pe 1 martie 2027.',
  ],
  [
    960,
    'vehicles',
    'Agenția Servicii Publice',
    'Inspecția tehnică a vehiculului',
    'Inspecția tehnică a vehiculului cu numărul C TC 482 se face până pe 12 februarie 2027.',
  ],
  [
    1_400,
    'services',
    'Casa Națională de Asigurări Sociale',
    'Extrasul contului personal este gata',
    'Extrasul contului personal de asigurări sociale pe anul 2025 se poate lua din cabinetul personal.',
  ],
];

const UNREAD = [0, 1, 4];
const PINNED = 7;
const ARCHIVED = 9;
const CUT = 8;

/** The letters a scene begins with, newest first. */
export function fakeLetters(long: boolean): FakeLetter[] {
  const sketches = long
    ? Array.from({ length: MANY }, (_, index): Sketch => {
        const [hours, ...rest] = SKETCHES[index % SKETCHES.length] as Sketch;
        return [hours + Math.floor(index / SKETCHES.length) * 1_500, ...rest];
      })
    : SKETCHES;
  const now = Date.now();
  return sketches.map(([hours, topic, source, subject, body], index) =>
    letter(`l${index + 1}`, index, new Date(now - hours * HOUR_MS).toISOString(), {
      topic,
      source,
      subject: long && index === 0 ? LONG_SUBJECT : subject,
      body,
    }),
  );
}

interface Drawn {
  topic: NoticeTopic;
  source: string;
  subject: string;
  body: string;
}

function letter(
  id: string,
  index: number,
  sentAt: string,
  { topic, source, subject, body }: Drawn,
): FakeLetter {
  const paragraphs = topic === 'fines' ? FINE : topic === 'civic' ? PETITION : [paragraph('plain', body)];
  const attachments = topic === 'fines' ? FILES : [];
  const preview = (paragraphs[0]?.runs ?? [])
    .map(({ text }) => text)
    .join('')
    .slice(0, 160);
  return {
    row: {
      id,
      sentAt,
      source,
      topic,
      urgent: topic === 'fines',
      subject,
      preview,
      read: !UNREAD.includes(index),
      archived: index === ARCHIVED,
      pinned: index === PINNED,
      waiting: false,
      attachments: attachments.length,
    },
    rest: {
      language: 'ro',
      paragraphs,
      cut: index === CUT,
      document: topic === 'documents' ? { id: 'd2', documentType: 'driving_licence' } : null,
      attachments,
    },
  };
}

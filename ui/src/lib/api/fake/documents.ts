import type { DocumentSummaryView, DocumentView, FieldGroupView, FieldView } from '../types';
import { fakePortrait } from './pictures';

const text = (key: string, value: string, sensitive = false): FieldView => ({
  key,
  sensitive,
  value: { type: 'text', value },
});
const date = (key: string, value: string): FieldView => ({
  key,
  sensitive: false,
  value: { type: 'date', value },
});

/** The day so many days from now. */
function dayIn(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Documents of an invented person. */
export function fakeDocuments(long: boolean): [DocumentSummaryView, ...DocumentSummaryView[]] {
  const familyName = long ? 'Constantinescu-Mavrocordat de Cantacuzino' : 'Ceban-Rusu';
  const givenName = long ? 'Alexandrina Ecaterina Smaranda' : 'Ecaterina';
  const portrait = fakePortrait();
  const common = { familyName, givenName, portrait, plate: null };
  return [
    {
      ...common,
      id: 'd1',
      documentType: 'identity_card',
      number: 'B01234567',
      validUntil: '2034-05-17',
      state: 'valid',
    },
    {
      ...common,
      id: 'd2',
      documentType: 'driving_licence',
      number: '09876543',
      validUntil: '2026-12-05',
      state: 'expires_soon',
    },
    {
      ...common,
      id: 'd3',
      documentType: 'vehicle_registration',
      number: '219004567',
      validUntil: null,
      state: 'valid',
      portrait: null,
      plate: 'XAB 417',
    },
    {
      ...common,
      id: 'd4',
      documentType: 'student_card',
      number: 'S-4411',
      validUntil: '2025-09-30',
      state: 'expired',
    },
    {
      ...common,
      id: 'd5',
      documentType: 'disability_certificate',
      number: 'DZ 11872',
      validUntil: '2031-01-01',
      state: 'revoked',
    },
    {
      ...common,
      id: 'd6',
      documentType: 'residence_card',
      number: 'R0045123',
      validUntil: dayIn(60),
      state: 'valid',
    },
  ];
}

function groups(document: DocumentSummaryView): FieldGroupView[] {
  const person: FieldGroupView = {
    key: 'person',
    fields: [
      text('family_name', document.familyName),
      text('given_name', document.givenName),
      text('idnp', '2000000000007', true),
      date('birth_date', '1994-02-11'),
      { key: 'sex', sensitive: false, value: { type: 'sex', value: 2 } },
      { key: 'age_over_18', sensitive: false, value: { type: 'truth', value: true } },
    ],
  };
  const paper: FieldGroupView = {
    key: 'document',
    fields: [
      text('document_number', document.number ?? '', true),
      date('issue_date', '2024-05-17'),
      text('issuing_authority', 'Agenția Servicii Publice'),
    ],
  };
  const rights: FieldGroupView = {
    key: 'rights',
    fields: [
      {
        key: 'driving_privileges',
        sensitive: false,
        value: {
          type: 'privileges',
          value: [
            { category: 'B', issued: '2014-03-01', expires: '2034-03-01', codes: ['01.06'] },
            { category: 'BE', issued: '2019-03-01', expires: '2034-03-01', codes: [] },
          ],
        },
      },
    ],
  };
  return document.documentType === 'driving_licence' ? [person, paper, rights] : [person, paper];
}

/** One of them, whole. */
export function fakeDocument(summary: DocumentSummaryView): DocumentView {
  return {
    summary,
    groups: groups(summary),
    issuer: 'Agenția Servicii Publice',
    validFrom: '2024-05-17',
    receivedAt: '2026-11-20T09:12:00Z',
    statusCheckedAt: '2026-11-21T07:40:00Z',
    copiesLeft: summary.id === 'd6' ? 0 : 14,
    presets: [
      { key: 'age', elements: ['age_over_18'], moving: false, copiesLeft: 14 },
      {
        key: 'name_number_expiry',
        elements: ['family_name', 'given_name', 'document_number', 'expiry_date'],
        moving: false,
        copiesLeft: 9,
      },
      {
        key: 'portrait',
        elements: ['family_name', 'given_name', 'age_over_18', 'portrait'],
        moving: true,
        copiesLeft: 6,
      },
    ],
    showings: [
      { at: '2026-11-20T18:03:00Z', elements: ['age_over_18'], verifier: null },
      { at: '2026-11-20T10:03:00Z', elements: ['family_name', 'given_name'], verifier: 'Banca din colț' },
    ],
  };
}

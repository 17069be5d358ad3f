import type { DocumentType } from '$lib/api';

/** Card drawings are made on the proportions of ID-1 (ISO/IEC 7810): 85.6 by 54. */
export const ART_WIDTH = 856;
export const ART_HEIGHT = 540;

function arcs(centre: [number, number], count: number, first: number, step: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const radius = first + index * step;
    const [x, y] = centre;
    return `M${x - radius} ${y}a${radius} ${radius} 0 1 1 ${2 * radius} 0a${radius} ${radius} 0 1 1 ${-2 * radius} 0`;
  });
}

function waves(count: number, top: number, step: number, height: number, length: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const swing = height * (1 + index / count);
    let path = `M-40 ${top + index * step}`;
    for (let x = -40; x < ART_WIDTH + length; x += length) {
      path += `q${length / 4} ${-swing} ${length / 2} 0t${length / 2} 0`;
    }
    return path;
  });
}

function road(): string[] {
  const away = [620, 120] as const;
  return [-240, 60, 360, 660, 960, 1260].map((x) => `M${x} 600L${away[0] + (x - 510) / 9} ${away[1]}`);
}

function tread(): string[] {
  const paths: string[] = [];
  for (let y = -30; y < ART_HEIGHT + 60; y += 72) {
    let path = `M380 ${y}`;
    for (let x = 380; x < ART_WIDTH + 80; x += 80) path += 'l40 36l40 -36';
    paths.push(path);
  }
  return paths;
}

function pages(): string[] {
  return Array.from({ length: 7 }, (_, index) => {
    const spread = 60 + index * 62;
    const y = 470 - index * 52;
    return `M${600 - spread} ${y}Q${600 - spread / 2} ${y - 60} 600 ${y}Q${600 + spread / 2} ${y - 60} ${600 + spread} ${y}`;
  });
}

function petals(): string[] {
  return Array.from({ length: 12 }, (_, index) => {
    const angle = (index * Math.PI) / 6;
    const x = 640 + Math.cos(angle) * 130;
    const y = 290 + Math.sin(angle) * 130;
    return `M${(x - 130).toFixed(1)} ${y.toFixed(1)}a130 130 0 1 1 260 0a130 130 0 1 1 -260 0`;
  });
}

/** The lines drawn on a kind of document: one pattern for each, so that it is known without its colour. */
export function artOf(type: DocumentType): string[] {
  switch (type) {
    case 'identity_card':
      return arcs([760, 470], 11, 60, 48);
    case 'driving_licence':
      return road();
    case 'vehicle_registration':
      return tread();
    case 'residence_card':
      return waves(9, 90, 56, 46, 300);
    case 'student_card':
      return pages();
    case 'disability_certificate':
      return petals();
  }
}

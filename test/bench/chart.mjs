/** Draws rows as bars against what must and what should be reached: 1 is the limit that must be. */

const row = 34;
const left = 420;
const width = 360;
const most = 2;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function chartOf(rows) {
  const height = 60 + rows.length * row;
  // How much of what is allowed is used: 1 is the limit, less is better.
  const used = ({ ratio, atLeast }, limit) => Math.min(most, atLeast ? limit / ratio : ratio / limit);
  const x = (part) => left + (part / most) * width;
  const bars = rows.map((one, index) => {
    const y = 44 + index * row;
    const part = used(one, one.must);
    const stretch = one.atLeast ? one.must / one.stretch : one.stretch / one.must;
    return [
      `<text x="${left - 12}" y="${y + 15}" text-anchor="end">${escaped(one.name)}</text>`,
      `<rect x="${left}" y="${y}" width="${(x(part) - left).toFixed(1)}" height="20" rx="3" class="${one.stretchMet ? 'good' : one.met ? 'fine' : 'bad'}"/>`,
      `<line x1="${x(stretch).toFixed(1)}" x2="${x(stretch).toFixed(1)}" y1="${y - 3}" y2="${y + 23}" class="stretch"/>`,
      ...(part < most ? [] : [`<path d="M${x(most) - 14} ${y - 2}l6 8l-6 8l6 8" class="broken"/>`]),
      `<text x="${x(most) + 12}" y="${y + 15}">${one.ratio.toFixed(2)} (${one.atLeast ? '≥' : '≤'} ${one.must})</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 150} ${height}" font-family="system-ui, sans-serif" font-size="12">
<style>text{fill:#1f2933}.good{fill:#2f9e44}.fine{fill:#1c7ed6}.bad{fill:#e03131}.stretch{stroke:#868e96;stroke-dasharray:3 3}.must{stroke:#1f2933}.broken{stroke:#fff;stroke-width:4;fill:none}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${x(1)}" y="22" text-anchor="middle" font-weight="600">must</text>
<text x="${left - 12}" y="22" text-anchor="end" fill-opacity="0.7">part of what is allowed, shorter is better; dashed: stretch</text>
${bars.join('\n')}
<line x1="${x(1)}" x2="${x(1)}" y1="30" y2="${height - 8}" class="must"/>
</svg>
`;
}

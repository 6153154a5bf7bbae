// Draws what terminals showed as one animated SVG: plain text and CSS, nothing to load, so it plays wherever images are shown.
// Where animation is not wanted or not known, the end of it stands still.

const CHAR = 7.85;
const LINE = 19;
const PAD = 14;
const TITLE = 26;
/** Nothing happens for longer than this in what is shown. */
const LONGEST_PAUSE_MS = 1_600;
const HOLD_MS = 5_000;

const COLOURS = {
  plain: '#d6deeb',
  dim: '#7f8ea3',
  green: '#7fd88f',
  red: '#ff7b86',
  yellow: '#f2c96d',
  blue: '#82aaff',
};

/**
 * @param {{ title: string, rows: number }[]} panes from top to bottom
 * @param {{ at: number, pane: number, text: string }[]} lines in their order; `at` in milliseconds
 * @param {number} columns
 * @param {(text: string) => keyof typeof COLOURS} colourOf
 */
export function terminalSvg(panes, lines, columns, colourOf) {
  const timed = withoutPauses(lines);
  const wholeMs = (timed.at(-1)?.at ?? 0) + HOLD_MS;
  const width = Math.round(columns * CHAR + 2 * PAD);
  const percent = (ms) => ((100 * ms) / wholeMs).toFixed(2);
  const styles = [];
  const drawn = [];
  let top = 0;
  panes.forEach(({ title, rows }, pane) => {
    const own = timed.filter((line) => line.pane === pane);
    const height = rows * LINE + PAD;
    const shift = (shown) => -Math.max(0, shown - rows) * LINE;
    const texts = own.map(({ at, text }, i) => {
      const name = `p${pane}l${i}`;
      if (at > 0) styles.push(`@keyframes ${name}{0%{opacity:0}${percent(at)}%,100%{opacity:1}}`);
      const animated = at > 0 ? ` style="animation-name:${name}"` : '';
      const y = (i + 1) * LINE - 5;
      return `<text class="${colourOf(text)}" x="${PAD}" y="${y}"${animated}>${escaped(text.slice(0, columns))}</text>`;
    });
    const steps = own.slice(rows).map(({ at }, i) => `${percent(at)}%{transform:translateY(${shift(rows + i + 1)}px)}`);
    if (steps.length > 0) {
      const end = `100%{transform:translateY(${shift(own.length)}px)}`;
      styles.push(`@keyframes s${pane}{0%{transform:translateY(0)}${steps.join('')}${end}}`);
    }
    const scroll = steps.length > 0 ? `animation-name:s${pane};` : '';
    drawn.push(
      `<g transform="translate(0 ${top})">`,
      `<rect class="bar" width="${width}" height="${TITLE}"/><text class="title" x="${PAD}" y="17.5">${escaped(title)}</text>`,
      `<rect class="screen" y="${TITLE}" width="${width}" height="${height}"/>`,
      `<svg y="${TITLE + PAD / 2}" width="${width}" height="${rows * LINE}">`,
      `<g style="${scroll}transform:translateY(${shift(own.length)}px)">${texts.join('\n')}</g></svg></g>`,
    );
    top += TITLE + height;
  });
  const colours = Object.entries(COLOURS).map(([name, colour]) => `.${name}{fill:${colour}}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" role="img" aria-label="${escaped(panes.map(({ title }) => title).join('; '))}">
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}
.title{font:600 12px system-ui,sans-serif;fill:#aab6c8}.bar{fill:#1c2433}.screen{fill:#0f1520}
${colours.join('')}
text,g{animation-duration:${(wholeMs / 1000).toFixed(1)}s;animation-iteration-count:infinite;animation-timing-function:step-end}
@media (prefers-reduced-motion:reduce){text,g{animation:none!important}}
${styles.join('\n')}
</style>
<clipPath id="corners"><rect width="${width}" height="${top}" rx="8"/></clipPath>
<g clip-path="url(#corners)">
${drawn.join('\n')}
</g></svg>
`;
}

function withoutPauses(lines) {
  let cut = 0;
  let last = lines[0]?.at ?? 0;
  const first = last;
  return lines.map((line) => {
    cut += Math.max(0, line.at - last - LONGEST_PAUSE_MS);
    last = line.at;
    return { ...line, at: Math.round(line.at - first - cut) };
  });
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

// Preloaded into a Parley (NODE_OPTIONS=--import): its clock is off by as many milliseconds as the file named in CLOCK_FILE says, in
// every thread, from a moment after that is written.
import { readFileSync } from 'node:fs';

const real = Date.now.bind(Date);
const RealDate = Date;
let offset = 0;
const read = () => {
  try {
    offset = Number(readFileSync(process.env.CLOCK_FILE ?? '', 'utf8')) || 0;
  } catch {
    offset = 0;
  }
};
read();
setInterval(read, 50).unref();
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(real() + offset);
    else super(...args);
  }
  static now() {
    return real() + offset;
  }
};

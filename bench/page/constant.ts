import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What HTTP itself costs: reads each request whole and answers the bytes of a file, with Node's server and nothing else.
 *
 *     node dist/bench/page/constant.js <file>
 */
const [file = ''] = process.argv.slice(2);
const body = readFileSync(file);
const server = createServer((message, response) => {
  message.resume().once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
});

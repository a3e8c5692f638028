// What language-system would be without NATS: a bare Node HTTP server that does the same with the same code, JSON in
// and out. Plain, or, where files are named, with TLS that wants a certificate of its callers: a process of its own,
// `node --import tsx bench/http-peer.mjs ADDRESS [CERT KEY CA]`.
import { readFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { localizer } from '../services/language-system/localize.ts';

const [host, cert, key, ca] = process.argv.slice(2);
const localize = localizer();

function answer(incoming, response) {
  let text = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk) => {
    text += chunk;
  });
  incoming.on('end', () => {
    const { contentId, targetLanguage, variables } = JSON.parse(text);
    const { text: localizedContent, fromCache } = localize(contentId, targetLanguage, variables);
    const reply = Buffer.from(JSON.stringify({ localizedContent, fromCache }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': reply.length });
    response.end(reply);
  });
}

const files = cert && { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
const server = files
  ? createSecure({ ...files, requestCert: true, rejectUnauthorized: true }, answer)
  : createPlain(answer);
server.listen(0, host, () => process.send(server.address().port));

// Runs the audits of GraphQL over HTTP. Warnings and notices fail, too.
// usage: node audit.mjs http://127.0.0.1:PORT
import { serverAudits } from 'graphql-http';

const url = new URL('/graphql', process.argv[2]).href;
const audits = serverAudits({ url, fetchFn: fetch });
let failed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status !== 'ok') {
    failed += 1;
    console.error(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
  }
}
console.log(`graphql-http: ${audits.length - failed} of ${audits.length} audits are ok`);
if (failed > 0 || audits.length < 61) process.exit(1);

// Prints the official GraphQL-over-HTTP audit of a server as JSON lines: [id, name, status, reason].
import { serverAudits } from 'graphql-http';

const [url, key] = process.argv.slice(2);
const fetchFn = (address, options = {}) =>
  fetch(address, { ...options, headers: { ...options.headers, authorization: `Bearer ${key}` } });

for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  console.log(JSON.stringify([audit.id, audit.name, result.status, result.reason ?? null]));
}

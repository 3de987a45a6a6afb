// A Lambda endpoint of the tests' own: pools' functions are these handlers, called over HTTP by the server under test (--lambda-endpoint).
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

const port = Number(process.env.POSTERN_FUNCTIONS_PORT);
assert(port, 'POSTERN_FUNCTIONS_PORT is the port of the functions; tests/Postern.Clients/run sets it.');

const handlers = {};
const events = [];

const server = createServer(async (request, response) => {
  const [, name] = request.url.match(/^\/2015-03-31\/functions\/([\w-]+)\/invocations$/) ?? [];
  let body = '';
  for await (const part of request)
    body += part;
  const handler = handlers[name];
  if (!handler)
    return response.writeHead(404, { 'x-amzn-ErrorType': 'ResourceNotFoundException' }).end();
  events.push(JSON.parse(body));
  try {
    response.end(JSON.stringify(await handler(JSON.parse(body))));
  } catch (error) {
    response.setHeader('X-Amz-Function-Error', 'Unhandled').end(JSON.stringify({ errorMessage: error.message, errorType: error.name, trace: [] }));
  }
});

export const startFunctions = () => new Promise(started => server.listen(port, '127.0.0.1', started));
export const stopFunctions = () => new Promise(stopped => { server.close(stopped); server.closeAllConnections(); });

/** A function under a name; its ARN. */
export function lambda(name, handler) {
  handlers[name] = handler;
  return `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
}

/** The events of a pool, oldest first. */
export const eventsOf = poolId => events.filter(event => event.userPoolId === poolId);

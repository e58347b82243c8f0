import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ServerReading, StateReading } from './server-side.ts';

/** What a scenario tells or asks for. */
export interface Controlled {
  /** `state`: how far the class is. */
  readonly readServer: (state: string) => Promise<ServerReading & { readonly wasRemoved: boolean }>;
  /** What was read since the class came into its state. */
  readonly readState: () => StateReading;
  /**
   * `port` is the UDP port of what is to break, `whose` whom it serves; null where none was named. Rejects where it cannot be done, in words.
   */
  readonly breakIt: (fault: string, port: number | null, whose: string | null) => Promise<void>;
  /** The class that was made; null once it is removed. */
  readonly tellClass: (made: { readonly classId: string; readonly joinCode: string } | null) => void;
  /** The class was gone before the scenario came to remove it. */
  readonly tellGone: () => void;
  /** How many students are in. */
  readonly tellPresent: (students: number) => void;
  readonly note: (notes: Readonly<Record<string, unknown>>) => void;
}

/** Answers the scenario while it runs (scenarios/rehearsal/control.ts): loopback only, on a port of its own. */
export class ControlServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(controlled: Controlled): Promise<ControlServer> {
    let state = 'joining';
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      // After the port of a fault whom it serves; in its place the code of a class.
      const [, what = '', which = '', port, whose = null] = (request.url ?? '').split('/');
      const isAsked = request.method === 'GET';
      let told: unknown = null;
      if (isAsked && what === 'server') told = { state, ...(await controlled.readServer(state)) };
      else if (isAsked && what === 'state' && which === 'course') told = controlled.readState();
      else if (isAsked && what === 'state') told = state;
      else if (what === 'state') state = which;
      else if (what === 'class' && which === 'gone') controlled.tellGone();
      else if (what === 'class') controlled.tellClass(which === '' ? null : { classId: which, joinCode: port ?? '' });
      else if (what === 'present') controlled.tellPresent(Number(which));
      else if (what === 'notes') controlled.note(JSON.parse(await text(request)) as Record<string, unknown>);
      else if (what === 'faults') {
        await controlled.breakIt(which, port === undefined ? null : Number(port), whose);
      } else throw new Error(`there is nothing at ${what}`);
      respond(response, told === null ? 204 : 200, told);
    };
    const server = createServer((request, response) => {
      answer(request, response).catch((error: unknown) => {
        respond(response, 500, { message: error instanceof Error ? error.message : String(error) });
      });
    });
    // One that closes a quiet connection just as k6 writes to it would lose what it is told.
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ControlServer(server);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === null ? '' : JSON.stringify(body));
}

/** Serves the page on this machine only, at a free port unless one is named. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Served } from "./bundle.ts";

export interface PageServer {
  readonly url: string;
  close(): void;
}

export async function serve(files: ReadonlyMap<string, Served>, port = 0): Promise<PageServer> {
  const server = createServer(({ url }, response) => {
    const file = files.get(new URL(url ?? "/", "http://localhost").pathname);
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Type": `${file.type}; charset=utf-8` }).end(file.body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

// A strict OAuth 2.0 server (oidc-provider) with the token and revocation routes of Atlas, and one resource behind it.
// Prints its port. `GET /tokens` returns the number of token requests; `POST /expire` invalidates all issued tokens.
import http from "node:http";
import { Provider } from "oidc-provider";

let asked = 0;
let expired = new Set();
const given = new Set();
const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: "validator_id",
        client_secret: "a secret/with+signs",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      devInteractions: { enabled: false },
    },
    routes: { token: "/api/oauth/token", revocation: "/api/oauth/revoke" },
  });
  const oauth = provider.callback();
  server.on("request", async (request, response) => {
    const path = request.url.split("?")[0];
    if (path === "/tokens") return response.end(String(asked));
    if (path === "/expire") {
      expired = new Set(given);
      return response.end();
    }
    if (!path.startsWith("/api/atlas/")) {
      if (path === "/api/oauth/token") asked += 1;
      return oauth(request, response);
    }
    const [, value] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const token = value && (await provider.ClientCredentials.find(value));
    given.add(value);
    const accepted = token && !token.isExpired && !expired.has(value);
    const type = accepted ? "application/vnd.atlas.2024-05-30+json" : "application/json";
    response.writeHead(accepted ? 200 : 401, { "content-type": type });
    response.end(accepted ? '{"results":[]}' : '{"error":401,"errorCode":"UNEXPECTED_ERROR"}');
  });
  console.log(port);
});

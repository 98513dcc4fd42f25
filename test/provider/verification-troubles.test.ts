import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { challengeIn } from "../../provider/client/registry-challenge";
import { RegistryClient } from "../../provider/client/registry-client";
import { originOf, wantedImages } from "../../provider/domain/verification";
import type { LookedFor } from "../../provider/domain/verification-report";
import { type ImageSearch, lookedFor } from "../../provider/verification";
import { hurriedClock } from "../handlers/hurried-clock";
import { REGISTRY_LOGIN } from "../support/oci-registry";

const ADDON = "harness/ci-addon:1.16.92";
const ENGINE = "harness/ci-lite-engine:1.16.92";
const IMAGES = { addonTag: ADDON, liteEngineTag: ENGINE };

const outcomes = (looks: readonly LookedFor[]) =>
  looks.map(({ look }) => (look.outcome === "unknown" ? look.trouble : look.outcome));
/** `times` is how much faster than the computer's the clock runs. */
const search = (more: Partial<ImageSearch> & Pick<ImageSearch, "url">, times = 1) =>
  lookedFor({ images: IMAGES, login: REGISTRY_LOGIN, ...more }, { environment: {}, clock: hurriedClock(times) });

describe("looking for images, in a registry that has a bad day", () => {
  const MANIFEST = JSON.stringify({
    manifests: [
      { platform: { os: "linux", architecture: "amd64" } },
      { platform: { os: "linux", architecture: "arm64" } },
    ],
  });

  it("waits as long as it is told after too many requests, and asks again", async () => {
    let asked = 0;
    await withServer(
      (_request, response) => {
        asked += 1;
        if (asked <= 2) response.writeHead(429, { "retry-after": "1" }).end();
        else response.end(MANIFEST);
      },
      async (url) => assert.deepEqual(outcomes(await search({ url, fields: ["addonTag"] }, 40)), ["present"]),
    );
  });

  it("gives up after a minute of too many requests, and after three failures", async () => {
    for (const [status, trouble] of [
      [429, "throttled"],
      [503, "trouble"],
    ] as const) {
      await withServer(
        (_request, response) => void response.writeHead(status).end(),
        async (url) => assert.deepEqual(outcomes(await search({ url, fields: ["addonTag"] }, 40)), [trouble]),
      );
    }
  });

  it("takes a redirect without the login to where it leads", async () => {
    const seen: (string | undefined)[] = [];
    const store: RequestListener = (request, response) => {
      seen.push(request.headers.authorization);
      response.end(MANIFEST);
    };
    await withServer(store, (place) =>
      withServer(
        (request, response) => {
          if (request.headers.authorization === undefined)
            response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
          else response.writeHead(307, { location: `${place}/blob` }).end();
        },
        async (url) => assert.deepEqual(outcomes(await search({ url, fields: ["addonTag"] }, 40)), ["present"]),
      ),
    );
    assert.deepEqual(seen, [undefined, undefined]);
  });

  it("gives the login to the connector's own registry, and to no other host that an image names", async () => {
    const seen: (string | undefined)[] = [];
    await withServer(
      (request, response) => {
        seen.push(request.headers.authorization);
        response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
      },
      async (url) => {
        const image = `localhost:${new URL(url).port}/me/addon:1`;
        const hub = "http://index.docker.io/v1/";
        assert.notEqual(wantedImages(hub, { addonTag: image })[0]?.address.origin, originOf(hub));
        const foreign = { origin: url, repository: "me/addon", reference: "1" };
        const client = new RegistryClient({
          environment: {},
          login: REGISTRY_LOGIN,
          origin: "https://index.docker.io",
        });
        assert.deepEqual(await client.head(foreign), { outcome: "failed", trouble: "login", words: "it wants one" });
        await client.close();
      },
    );
    assert.deepEqual([...new Set(seen)], [undefined]);
  });

  it("knows where the images of a connector are, whatever way its host is written", () => {
    const at = (url: string, image = "harness/ci-addon:1") => wantedImages(url, { image })[0]?.address.origin;
    assert.equal(at("https://registry/mirror"), "https://registry");
    assert.equal(at("https://US.icr.io:443/ns"), "https://us.icr.io");
    for (const url of ["https://index.docker.io/v2/", "https://registry.hub.docker.com", "https://docker.io/my"]) {
      assert.equal(at(url), "https://registry-1.docker.io");
      assert.equal(originOf(url), "https://registry-1.docker.io");
    }
    for (const url of ["https://registry/mirror", "https://US.icr.io:443/ns"]) assert.equal(at(url), originOf(url));
  });

  it("does not sign in to the host a redirect leads to", async () => {
    const seen: (string | undefined)[] = [];
    const other: RequestListener = (request, response) => {
      seen.push(request.headers.authorization);
      const realm = `Bearer realm="http://${request.headers.host}/token"`;
      response.writeHead(401, { "www-authenticate": realm }).end();
    };
    await withServer(other, (place) =>
      withServer(
        (request, response) => void response.writeHead(307, { location: `${place}${request.url}` }).end(),
        async (url) => {
          const [first] = await search({ url, fields: ["addonTag"] }, 40);
          assert.match(
            JSON.stringify(first?.look),
            /"trouble":"trouble","words":"it leads on to 127\.0\.0\.1:\d+, which wants a login/,
          );
        },
      ),
    );
    assert.deepEqual(seen, [undefined]);
  });

  it("takes the parameters of the challenge it follows, in whatever order several come", () => {
    const bearer = 'Bearer realm="https://auth.example.com/token",service="reg",scope="repository:x:pull,push"';
    const basic = 'Basic realm="https://other.example.com/"';
    for (const header of [`${bearer}, ${basic}`, `${basic}, ${bearer}`, [basic, bearer], `${bearer}, Negotiate`]) {
      const found = challengeIn(header, "repository:y:pull");
      assert(found?.scheme === "bearer");
      assert.equal(found.source.href, "https://auth.example.com/token?service=reg&scope=repository%3Ax%3Apull%2Cpush");
    }
    assert.deepEqual(challengeIn(basic, "x"), { scheme: "basic" });
    assert.equal(challengeIn("Negotiate", "x"), undefined);
  });

  it("signs in before it believes that something hidden is missing", async () => {
    for (const hidden of [403, 404]) {
      await withServer(
        (request, response) => {
          if (request.headers.authorization !== undefined) response.end(MANIFEST);
          else if (request.url === "/v2/") response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
          else response.writeHead(hidden).end();
        },
        async (url) => assert.deepEqual(outcomes(await search({ url, fields: ["addonTag"] }, 40)), ["present"]),
      );
    }
  });

  it("does not judge an index that does not say what it is for", async () => {
    await withServer(
      (_request, response) => void response.end(JSON.stringify({ manifests: [{ digest: "sha256:1" }] })),
      async (url) => assert.deepEqual(outcomes(await search({ url, fields: ["addonTag"] }, 40)), ["trouble"]),
    );
  });

  it("sends no password in clear to a token server elsewhere", async () => {
    await withServer(
      (_request, response) =>
        void response
          .writeHead(401, { "www-authenticate": 'Bearer realm="http://tokens.example.com/",service="x"' })
          .end(),
      async (url) => {
        const [first] = await search({ url, fields: ["addonTag"] }, 40);
        assert.deepEqual(first?.look, {
          outcome: "unknown",
          trouble: "login",
          words: "the password would have to travel unencrypted to http://tokens.example.com",
        });
      },
    );
  });

  it("takes a page that is no manifest for no registry", async () => {
    await withServer(
      (_request, response) => void response.end("<html>"),
      async (url) => assert.deepEqual(outcomes(await search({ url, fields: ["addonTag"] }, 40)), ["trouble"]),
    );
  });

  it("says that a repository is not shown, where the token is good and the image is refused [H185]", async () => {
    await withServer(
      (request, response) => {
        if (request.url?.startsWith("/token")) response.end(JSON.stringify({ access_token: "token-0f1e" }));
        else
          response.writeHead(401, { "www-authenticate": `Bearer realm="http://${request.headers.host}/token"` }).end();
      },
      async (url) => assert.deepEqual(outcomes(await search({ url, fields: ["addonTag"] }, 40)), ["denied"]),
    );
  });
});

async function withServer(listener: RequestListener, body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  try {
    await body(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

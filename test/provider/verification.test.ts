import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { challengeIn } from "../../provider/client/registry-challenge";
import { RegistryClient } from "../../provider/client/registry-client";
import { originOf, wantedImages } from "../../provider/domain/verification";
import { imagesReport, imagesTable, type LookedFor } from "../../provider/domain/verification-report";
import { type ImageSearch, lookedFor } from "../../provider/verification";
import { hurriedClock } from "../handlers/hurried-clock";
import { pushImage } from "../support/oci-images";
import { freePort, type OciRegistry, REGISTRY_LOGIN, startRegistry } from "../support/oci-registry";
import { startTokenServer } from "../support/token-server";

const ADDON = "harness/ci-addon:1.16.92";
const ENGINE = "harness/ci-lite-engine:1.16.92";
const IMAGES = { addonTag: ADDON, liteEngineTag: ENGINE };

const outcomes = (looks: readonly LookedFor[]) =>
  looks.map(({ look }) => (look.outcome === "unknown" ? look.trouble : look.outcome));
/** `times` is how much faster than the computer's the clock runs. */
const search = (more: Partial<ImageSearch> & Pick<ImageSearch, "url">, times = 1) =>
  lookedFor({ images: IMAGES, login: REGISTRY_LOGIN, ...more }, { environment: {}, clock: hurriedClock(times) });

describe("looking for images, in a real registry", function () {
  this.timeout(300_000);
  let registry: OciRegistry;
  let digest = "";

  before(async () => {
    registry = await startRegistry();
    digest = await pushImage(registry, "mirror/harness/ci-addon", "1.16.92");
    await pushImage(registry, "mirror/harness/ci-lite-engine", "1.16.92");
    await pushImage(registry, "flat/harness/ci-addon", "1.16.92", { index: false, platforms: ["linux/amd64"] });
    await pushImage(registry, "flat/harness/ci-lite-engine", "1.16.92", {
      index: false,
      platforms: ["linux/arm64/v8"],
    });
    await pushImage(registry, "half/harness/ci-addon", "1.16.92", {
      platforms: ["linux/amd64", "windows/amd64", "unknown/unknown"],
    });
  });
  after(() => registry.stop());

  it("finds each under the name Harness pulls it by, with its digest and platforms [H122] [H181] [H183]", async () => {
    const looks = await search({ url: `${registry.url}/mirror` });
    assert.deepEqual(outcomes(looks), ["present", "present"]);
    const [first] = looks;
    assert.equal(first?.wanted.pulled, `${registry.host}/mirror/harness/ci-addon:1.16.92`);
    assert.deepEqual(first?.look, { outcome: "present", digest, platforms: ["linux/amd64", "linux/arm64"] });
    assert.equal(imagesReport("https://x", looks).verdict, "good");
  });

  it("finds one by its digest", async () => {
    const looks = await search({ url: `${registry.url}/mirror`, images: { addonTag: `harness/ci-addon@${digest}` } });
    assert.deepEqual(outcomes(looks), ["present"]);
  });

  it("says what is missing, a tag as well as a repository, and only of the fields asked for", async () => {
    const images = { ...IMAGES, addonTag: "harness/ci-addon:2", gitCloneTag: "harness/drone-git:1" };
    assert.deepEqual(outcomes(await search({ url: `${registry.url}/mirror`, images })), [
      "missing",
      "present",
      "missing",
    ]);
    const few = await search({ url: `${registry.url}/mirror`, images, fields: ["liteEngineTag"] });
    assert.deepEqual(outcomes(few), ["present"]);
  });

  it("wants linux/amd64 of each image, and linux/arm64 too of one that is made for several", async () => {
    assert.deepEqual(outcomes(await search({ url: `${registry.url}/flat` })), ["present", "lacking"]);
    await pushImage(registry, "one/harness/ci-addon", "1.16.92", { platforms: ["linux/amd64", "unknown/unknown"] });
    assert.deepEqual(
      outcomes(await search({ url: `${registry.url}/one`, fields: ["addonTag"] })),
      ["present"],
      "with a proof of origin",
    );
    const half = await search({ url: `${registry.url}/half`, fields: ["addonTag"] });
    assert.deepEqual(half[0]?.look, { outcome: "lacking", lacks: ["linux/arm64"] });
  });

  it("wants exactly the platforms it is told, of every image", async () => {
    const url = `${registry.url}/half`;
    const windows = await search({ url, fields: ["addonTag"], platforms: ["windows/amd64"] });
    assert.deepEqual(outcomes(windows), ["present"]);
    const flat = await search({ url: `${registry.url}/flat`, platforms: ["linux/arm64"] });
    assert.deepEqual(outcomes(flat), ["lacking", "present"]);
  });

  it("tells a wrong password, nobody, and a registry that is down from each other, and does not go on asking", async () => {
    const url = `${registry.url}/mirror`;
    const wrong = { username: REGISTRY_LOGIN.username, password: "wrong-password-7f21" };
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, `harness/x${index}:1`]));
    const refused = await search({ url, login: wrong, images: many });
    assert.deepEqual([...new Set(outcomes(refused))], ["login"]);
    assert.equal(refused.length, 30);
    assert.deepEqual(outcomes(await search({ url, login: undefined })), ["login", "login"]);
    assert.deepEqual(outcomes(await search({ url: `http://127.0.0.1:${await freePort()}` })), [
      "unreachable",
      "unreachable",
    ]);
  });

  it("follows a registry's challenge to its token server, with the login [H170] [H184]", async () => {
    const tokens = await startTokenServer(REGISTRY_LOGIN);
    const guarded = await startRegistry({ tokens });
    try {
      const looks = await search({ url: guarded.url });
      assert.deepEqual(outcomes(looks), ["missing", "missing"]);
      assert.equal(tokens.asked(), 2, "a token an image");
      const wrong = await search({ url: guarded.url, login: { username: "robot", password: "wrong-password-7f21" } });
      assert.deepEqual(outcomes(wrong), ["login", "login"]);
    } finally {
      await guarded.stop();
      await tokens.stop();
    }
  });
});

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

describe("the report of images that were looked for", () => {
  const wanted = (field: string, image: string) => {
    const pulled = `us.icr.io/ns/${image}`;
    return {
      field,
      image,
      pulled,
      address: { origin: "https://us.icr.io", repository: `ns/${image}`, reference: "1" },
    };
  };

  it("names what is missing and the lines that copy it", () => {
    const looks: LookedFor[] = [
      { wanted: wanted("addonTag", ADDON), look: { outcome: "missing" } },
      { wanted: wanted("liteEngineTag", ENGINE), look: { outcome: "lacking", lacks: ["linux/arm64"] } },
      { wanted: wanted("gitCloneTag", "harness/drone-git:1"), look: { outcome: "present" } },
    ];
    const report = imagesReport("https://us.icr.io/ns", looks);
    assert.equal(report.verdict, "bad");
    assert.equal(
      report.what,
      "2 of 3 images are not as needed in https://us.icr.io/ns, and builds would fail: us.icr.io/ns/harness/ci-addon:1.16.92 (addonTag) is missing, " +
        "us.icr.io/ns/harness/ci-lite-engine:1.16.92 (liteEngineTag) is not for linux/arm64",
    );
    const source = "us-docker.pkg.dev/gar-prod-setup/harness-public";
    assert.equal(
      report.next,
      [
        "Copy them with `npx pulumi-harness-images mirror --to https://us.icr.io/ns`, or by hand:",
        `    crane copy ${source}/${ADDON} us.icr.io/ns/${ADDON}`,
        `    skopeo copy --all docker://${source}/${ADDON} docker://us.icr.io/ns/${ADDON}`,
        `    crane copy ${source}/${ENGINE} us.icr.io/ns/${ENGINE}`,
        `    skopeo copy --all docker://${source}/${ENGINE} docker://us.icr.io/ns/${ENGINE}`,
      ].join("\n"),
    );
    assert.equal(report.nextInShort, "Copy them with `npx pulumi-harness-images mirror --to https://us.icr.io/ns`.");
    assert.equal(
      imagesTable(looks),
      [
        "addonTag       us.icr.io/ns/harness/ci-addon:1.16.92        MISSING",
        "liteEngineTag  us.icr.io/ns/harness/ci-lite-engine:1.16.92  NOT FOR linux/arm64",
        "gitCloneTag    us.icr.io/ns/harness/drone-git:1             there",
      ].join("\n"),
    );
  });

  it("of no image at all is not good: nothing is proved", () => {
    assert.equal(imagesReport("https://us.icr.io/ns", []).verdict, "bad");
  });

  it("says once what stood in the way of all", () => {
    const look = { outcome: "unknown", trouble: "unreachable", words: "us.icr.io: ECONNREFUSED" } as const;
    const looks = ["a", "b", "c"].map((field) => ({ wanted: wanted(field, ADDON), look }));
    const { verdict, what, next } = imagesReport("https://us.icr.io/ns", looks);
    assert.deepEqual(
      [verdict, what, next],
      [
        "unknown",
        "whether the images are there could not be found out: https://us.icr.io/ns cannot be reached from here (us.icr.io: ECONNREFUSED)",
        "Check the URL, and that this computer reaches the registry: name, port, proxy, certificate.",
      ],
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

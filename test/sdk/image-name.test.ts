import assert from "node:assert/strict";
import fc from "fast-check";
import { readRegistryUrl } from "../../provider/domain/registry-url";
import { imageName } from "../../sdk";

const ADDON = "harness/ci-addon:1.16.92";
const UNREADABLE =
  'imageName: the URL is none Harness can read, so that builds fail with "Malformed registryUrl"; write ';
const ANY = `${UNREADABLE}e.g. https://us.icr.io/my-namespace`;

/** URL of a connector, and the name under which Harness pulls the add-on image through it. [H122] */
const NAMES: readonly (readonly [url: string, name: string])[] = [
  ["https://us.icr.io/my-namespace", "us.icr.io/my-namespace/harness/ci-addon:1.16.92"],
  ["https://us.icr.io", "us.icr.io/harness/ci-addon:1.16.92"],
  ["https://us.icr.io/", "us.icr.io/harness/ci-addon:1.16.92"],
  [
    "https://us-docker.pkg.dev/gar-prod-setup/harness-public",
    "us-docker.pkg.dev/gar-prod-setup/harness-public/harness/ci-addon:1.16.92",
  ],
  ["https://public.ecr.aws/harness", "public.ecr.aws/harness/harness/ci-addon:1.16.92"],
  ["https://ghcr.io/my-org//", "ghcr.io/my-org/harness/ci-addon:1.16.92"],
  ["https://nexus.acme.com:8443", "nexus.acme.com:8443/harness/ci-addon:1.16.92"],
  ["http://10.0.0.5:5000/mirror", "10.0.0.5:5000/mirror/harness/ci-addon:1.16.92"],
  ["https://[2001:db8::1]:5000", "[2001:db8::1]:5000/harness/ci-addon:1.16.92"],
  ["https://registry.example.com/v2/", "registry.example.com/v2/harness/ci-addon:1.16.92"],
  ["https://r.acme.com/mirror?x=1#y", "r.acme.com/mirror/harness/ci-addon:1.16.92"],
];

/** URLs that no build gets past, and what to write instead. */
const MALFORMED: readonly (readonly [url: string, message: string])[] = [
  ["us.icr.io/my-namespace", `${UNREADABLE}https://us.icr.io/my-namespace`],
  ["nexus.acme.com:8443", `${UNREADABLE}https://nexus.acme.com:8443`],
  ["", ANY],
  ["oci://r.acme.com", ANY],
  ["https://", ANY],
  ["https:/us.icr.io", ANY],
  ["//us.icr.io", ANY],
  ["https://us.icr.io:port", ANY],
  ["https://us.icr.io/my namespace", ANY],
  ["https://me:hunter2@us.icr.io", ANY],
  ["me:hunter2@us.icr.io", ANY],
];

describe("imageName", () => {
  it("puts host, port and path of the URL before the image", () => {
    for (const [url, name] of NAMES) assert.deepEqual([url, imageName(url, ADDON)], [url, name]);
  });

  it("leaves images as they are on Docker Hub, whose other namespaces cannot be reached", () => {
    for (const url of ["https://registry.hub.docker.com", "https://index.docker.io/v2/", "https://index.docker.io/me"])
      assert.equal(imageName(url, ADDON), ADDON, url);
  });

  it("knows Docker Hub by these two hosts alone, as Harness does", () => {
    assert.equal(imageName("https://docker.io", ADDON), `docker.io/${ADDON}`);
    assert.equal(imageName("https://registry.hub.docker.com:443", ADDON), `registry.hub.docker.com:443/${ADDON}`);
  });

  it("leaves an image as it is that has the host in its name already", () => {
    assert.equal(imageName("https://us.icr.io/mine", "us.icr.io/theirs/ci-addon:1"), "us.icr.io/theirs/ci-addon:1");
  });

  it("takes an image that begins with a slash", () => {
    assert.equal(imageName("https://us.icr.io/mine", "/harness/ci-addon:1"), "us.icr.io/mine/harness/ci-addon:1");
  });

  it("keeps host and port in the words of the URL, which a URL parser would not", () => {
    assert.equal(imageName("HTTPS://R.acme.com:443/x", ADDON), `R.acme.com:443/x/${ADDON}`);
  });

  it("says what to write for a URL that Harness cannot read, without repeating a password", () => {
    for (const [url, message] of MALFORMED) assert.throws(() => imageName(url, ADDON), { name: "Error", message }, url);
  });

  it("gives, for any URL that a connector accepts, a name that docker reads and that it would not change again", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const host = fc.tuple(word, word).map(([name, domain]) => `${name}.${domain}.example`);
    const port = fc.option(
      fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`),
      { nil: "" },
    );
    const path = fc.array(word, { maxLength: 3 }).map((parts) => parts.map((part) => `/${part}`).join(""));
    const image = fc.tuple(word, word).map(([name, tag]) => `harness/${name}:${tag}`);
    fc.assert(
      fc.property(fc.constantFrom("https", "http"), host, port, path, image, (scheme, at, number, below, wanted) => {
        const url = `${scheme}://${at}${number}${below}`;
        assert.deepEqual(readRegistryUrl(url).problems, []);
        const name = imageName(url, wanted);
        assert.equal(name, `${at}${number}${below}/${wanted}`);
        assert.match(name, /^[a-z0-9.]+(:\d+)?(\/[a-z0-9-]+)+:[a-z0-9]+$/);
        assert.equal(imageName(`${url}/`, wanted), name);
        assert.equal(imageName(url, name), name);
      }),
    );
  });
});

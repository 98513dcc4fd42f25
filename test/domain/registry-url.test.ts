import assert from "node:assert/strict";
import fc from "fast-check";
import { providerTypeFor, providerTypeProblem, readRegistryUrl } from "../../provider/domain/registry-url";

const NO_URL = "is not a URL; write e.g. https://us.icr.io/my-namespace";
const HARNESS_GAR = "https://us-docker.pkg.dev/gar-prod-setup/harness-public";
const NO_REPOSITORY = `lacks the repository, so that pulls fail with 403; write ${HARNESS_GAR}`;
const DOCKER_SITE =
  "is the address of Docker Hub's web site, not of a registry; write https://index.docker.io/v2/ (public) or https://registry.hub.docker.com (for Harness's own images)";
const GOOGLE_CONSOLE = `is the address of Google Cloud's console, not of a registry; write https://LOCATION-docker.pkg.dev/PROJECT/REPOSITORY, or ${HARNESS_GAR} for Harness's images`;
const IBM_CONSOLE =
  "is the address of IBM Cloud's console, not of a registry; write https://us.icr.io/NAMESPACE (or the domain of your region)";
const AWS_PAGE =
  "is the address of an AWS web page, not of a registry; write https://public.ecr.aws/harness, or https://ACCOUNT.dkr.ecr.REGION.amazonaws.com";
const AZURE_PORTAL = "is the address of Azure's portal, not of a registry; write https://NAME.azurecr.io";
const GITHUB_SITE = "is the address of GitHub's web site, not of a registry; write https://ghcr.io/NAMESPACE";
const QUAY_PAGE = "is the address of a page of Quay's web site, not of a registry; write https://quay.io";
const HARNESS_CONSOLE =
  "is the address of Harness's console, not of a registry; write the address of the registry the images come from";
const REGISTRY_PAGE =
  "is the address of a page of a registry's web console, not of a registry; write the address docker pulls from, e.g. https://HOST";
const HARNESS_FORMER = `is Harness's former registry, which ended in May 2024; write ${HARNESS_GAR}`;
const MOVED = `works, but Harness has moved: today's address is ${HARNESS_GAR}`;
const UNENCRYPTED = "is plain http: credentials and images travel unencrypted";
const NO_WAY = "carries credentials, which Harness would show to everybody; give them in auth";

const scheme = (url: string) => `has no scheme, which breaks builds ("Malformed registryUrl"); using ${url}`;
const v2 = (url: string) =>
  `ends in /v2/, which becomes part of image names: Harness's own images would not be found; write ${url}`;
const credentials = (url: string) =>
  `carries credentials, which Harness would show to everybody; write ${url} and give them in auth`;
const protocol = (given: string, url: string) => `starts with ${given}//, which is no registry address; write ${url}`;
const query = (url: string) => `must not have a query or fragment; write ${url}`;

const REFUSED: readonly (readonly [given: string, ...problems: string[]])[] = [
  ["", NO_URL],
  [" ", NO_URL],
  ["https://", NO_URL],
  ["https://us.icr.io/my namespace", NO_URL],
  ["https://us.icr.io\n", NO_URL],
  ["https://us.icr.io:port", NO_URL],
  ["https:/us.icr.io", NO_URL],
  ["https:us.icr.io", NO_URL],
  ["https:///us.icr.io", NO_URL],
  ["https:\\\\us.icr.io", NO_URL],
  ["//us.icr.io", NO_URL],
  ["/my-namespace", NO_URL],
  ["us.icr.io/ns/image@sha256:0123", NO_URL],
  ["file:///etc/passwd", NO_URL],
  ["ftp://us.icr.io/ns", protocol("ftp:", "https://us.icr.io/ns")],
  ["docker://us.icr.io", protocol("docker:", "https://us.icr.io")],
  ["oci://us.icr.io/ns?x", protocol("oci:", "https://us.icr.io/ns"), query("https://us.icr.io/ns")],
  ["https://us.icr.io/ns?region=us", query("https://us.icr.io/ns")],
  ["http://registry.local:5000/#top", query("http://registry.local:5000")],
  ["https://user:hunter2@us.icr.io/ns", credentials("https://us.icr.io/ns")],
  ["https://hunter2@us.icr.io", credentials("https://us.icr.io")],
  ["iamapikey:hunter2@us.icr.io/ns", credentials("https://us.icr.io/ns")],
  ["https://user:hun@ter2@us.icr.io", credentials("https://us.icr.io")],
  ["https://:hunter2@us.icr.io?hunter2", credentials("https://us.icr.io"), query("https://us.icr.io")],
  ["ftp://u:hunter2@us.icr.io", credentials("https://us.icr.io"), protocol("ftp:", "https://us.icr.io")],
  ["https://user:1/hunter2@us.icr.io", NO_URL],
  ["https://u:hunter2@hub.docker.com/u/me", NO_WAY, DOCKER_SITE],
  ["https://hub.docker.com", DOCKER_SITE],
  ["hub.docker.com/r/harness/ci-addon", DOCKER_SITE],
  ["https://console.cloud.google.com/artifacts/docker/p?project=x", GOOGLE_CONSOLE],
  ["https://cloud.ibm.com/registry/namespaces", IBM_CONSOLE],
  ["https://us-east-1.console.aws.amazon.com/ecr/repositories?region=us-east-1", AWS_PAGE],
  ["https://gallery.ecr.aws/harness", AWS_PAGE],
  ["https://portal.azure.com/#view/registry", AZURE_PORTAL],
  ["https://github.com/orgs/acme/packages", GITHUB_SITE],
  ["https://quay.io/repository/acme/app?tab=tags", QUAY_PAGE],
  ["https://app.harness.io/ng/account/abc/settings", HARNESS_CONSOLE],
  ["https://app.harness.io/auth/#/signin", HARNESS_CONSOLE],
  ["https://acme.jfrog.io/ui/repos/tree/General/docker", REGISTRY_PAGE],
  ["https://artifactory.acme.com/ui/#/home", REGISTRY_PAGE],
  ["https://app.harness.io/registry", HARNESS_FORMER],
  ["https://us-docker.pkg.dev/gar-prod-setup", NO_REPOSITORY],
  ["https://us-docker.pkg.dev/gar-prod-setup/", NO_REPOSITORY],
  ["https://us-docker.pkg.dev/gar-prod-setup/harness", NO_REPOSITORY],
];

/** What is sent, and what the user is told, for addresses that are taken. */
const TAKEN: readonly (readonly [given: string, sent: string, ...remarks: string[]])[] = [
  ["https://us.icr.io", "https://us.icr.io"],
  ["https://us.icr.io/ns/", "https://us.icr.io/ns/"],
  ["HTTPS://US.ICR.IO/ns", "HTTPS://US.ICR.IO/ns"],
  ["https://registry.local:5000/a/b", "https://registry.local:5000/a/b"],
  ["https://[::1]:5000", "https://[::1]:5000"],
  ["https://index.docker.io/v2/", "https://index.docker.io/v2/"],
  ["https://registry.hub.docker.com/v2/", "https://registry.hub.docker.com/v2/"],
  ["https://registry.hub.docker.com", "https://registry.hub.docker.com"],
  ["https://ghcr.io/acme", "https://ghcr.io/acme"],
  ["https://public.ecr.aws/harness", "https://public.ecr.aws/harness"],
  [HARNESS_GAR, HARNESS_GAR],
  ["https://quay.io/acme", "https://quay.io/acme"],
  ["us.icr.io/ns", "https://us.icr.io/ns", scheme("https://us.icr.io/ns")],
  ["us.icr.io:443", "https://us.icr.io:443", scheme("https://us.icr.io:443")],
  ["localhost:5000", "https://localhost:5000", scheme("https://localhost:5000")],
  ["http://registry.local", "http://registry.local", UNENCRYPTED],
  ["https://gcr.io/gcr-prod", "https://gcr.io/gcr-prod", MOVED],
  ["gcr.io/gcr-prod/", "https://gcr.io/gcr-prod/", scheme("https://gcr.io/gcr-prod/"), MOVED],
  ["https://gcr.io/gcr-prod-mirror", "https://gcr.io/gcr-prod-mirror"],
  ["https://us.icr.io/v2/", "https://us.icr.io/v2/", v2("https://us.icr.io")],
  ["https://us.icr.io/ns/v2", "https://us.icr.io/ns/v2", v2("https://us.icr.io/ns")],
  ["http://registry.local:5000/v2/", "http://registry.local:5000/v2/", v2("http://registry.local:5000"), UNENCRYPTED],
];

describe("the URL of a registry", () => {
  it("is refused with all that is wrong, and what to write instead [H124] [H125]", () => {
    for (const [given, ...problems] of REFUSED) {
      const read = readRegistryUrl(given);
      const found = read.problems.map(({ path, text }) => `${path} ${text}`);
      assert.deepEqual([given, found], [given, problems.map((text) => `url ${text}`)]);
      assert.deepEqual(read.remarks, [], "a refused address gets no notices");
    }
  });

  it("is taken as it is but for a missing scheme, with a notice for each trap [H122] [H123] [H126]", () => {
    for (const [given, sent, ...remarks] of TAKEN) {
      const expected = { url: sent, problems: [], remarks: remarks.map((text) => ({ path: "url", text })) };
      assert.deepEqual([given, readRegistryUrl(given)], [given, expected]);
    }
  });

  it("is never quoted with the credentials in it", () => {
    for (const [given] of REFUSED.filter(([url]) => url.includes("hunter2"))) {
      const { problems, remarks } = readRegistryUrl(given);
      assert(!JSON.stringify([problems, remarks]).includes("hun"), given);
    }
  });

  it("never throws, and never changes in another way than by its scheme", () => {
    const text = fc.oneof(
      fc.string(),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.webUrl().map((url) => url.replace(/^https?:\/\//, "")),
      fc.tuple(fc.constantFrom("http:", "https:", "oci:", ""), fc.string()).map(([start, rest]) => start + rest),
    );
    fc.assert(
      fc.property(text, (given) => {
        const { url, problems } = readRegistryUrl(given);
        assert(url === given || url === `https://${given}`, url);
        assert(problems.length > 0 || /^https?:\/\/[^/]/i.test(url), `taken without a scheme: ${url}`);
      }),
    );
  });

  it("shows no password, whatever its letters", () => {
    const password = fc.string({ minLength: 6 }).filter((text) => !/[\s/\\?#]/.test(text) && !/^[.\d]+$/.test(text));
    fc.assert(
      fc.property(password, fc.constantFrom("https://", "http://", ""), (secret, start) => {
        const { problems, remarks } = readRegistryUrl(`${start}user:${secret}@us.icr.io/ns`);
        const shown = [...problems, ...remarks].map(({ text }) => text).join("\n");
        assert(problems.length > 0 && !shown.includes(secret));
      }),
    );
  });
});

describe("the provider type of a registry", () => {
  it("follows from the host when it is not given [H61] [H69]", () => {
    const types: readonly (readonly [url: string, type: string])[] = [
      ["https://index.docker.io/v2/", "DockerHub"],
      ["https://registry.hub.docker.com", "DockerHub"],
      ["https://registry-1.docker.io", "DockerHub"],
      ["https://docker.io", "DockerHub"],
      ["https://quay.io/acme", "Quay"],
      ["https://harbor.acme.com", "Other"],
      ["https://docker.io.acme.com", "Other"],
      ["not a url", "Other"],
    ];
    for (const [url, type] of types) assert.equal(providerTypeFor(url), type, url);
  });

  it("is refused where the host contradicts it, and otherwise believed", () => {
    const hub = "https://index.docker.io/v2/";
    const table: readonly (readonly [url: string, type: string, problem: string | undefined])[] = [
      [hub, "DockerHub", undefined],
      [hub, "Other", "is Other, but index.docker.io is Docker Hub; write DockerHub"],
      ["https://us.icr.io", "DockerHub", "is DockerHub, but us.icr.io is IBM's registry; write Other"],
      ["https://quay.io", "DockerHub", "is DockerHub, but quay.io is Quay; write Quay"],
      ["https://quay.io", "Harbor", "is Harbor, but quay.io is Quay; write Quay"],
      ["https://quay.io", "Other", undefined],
      ["https://quay.acme.com", "Quay", undefined],
      ["https://harbor.acme.com", "Harbor", undefined],
      ["not a url", "DockerHub", undefined],
    ];
    for (const [url, type, problem] of table) assert.equal(providerTypeProblem(url, type), problem, `${type} ${url}`);
  });

  it("knows the vendors' own hosts, where a wrong type is a mistake", () => {
    const wrong: readonly (readonly [string, string, string])[] = [
      ["https://ghcr.io/x", "Quay", "is Quay, but ghcr.io is GitHub's registry; write Other"],
      ["https://us.icr.io/x", "Harbor", "is Harbor, but us.icr.io is IBM's registry; write Other"],
      ["https://eu-docker.pkg.dev/p/r", "Quay", "is Quay, but eu-docker.pkg.dev is Google's registry; write Other"],
      ["https://public.ecr.aws/harness", "Harbor", "is Harbor, but public.ecr.aws is Amazon's registry; write Other"],
      ["https://me.azurecr.io", "Quay", "is Quay, but me.azurecr.io is Azure's registry; write Other"],
    ];
    for (const [url, type, problem] of wrong) assert.equal(providerTypeProblem(url, type), problem);
  });
});

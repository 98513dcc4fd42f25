import { HARNESS_REGISTRY } from "./image-name";
import type { Problem, Remark } from "./problem";

/** What a registry URL comes to. */
export interface RegistryUrl {
  /** The URL to send: as given, with `https://` before it when it had no scheme. */
  readonly url: string;
  readonly problems: readonly Problem[];
  readonly remarks: readonly Remark[];
}

/** Web consoles people copy addresses from, and the address they meant. */
const CONSOLES: readonly { readonly at: RegExp; readonly is: string; readonly write: string }[] = [
  {
    at: /^hub\.docker\.com(\/|$)/,
    is: "Docker Hub's web site",
    write: "https://index.docker.io/v2/ (public) or https://registry.hub.docker.com (for Harness's own images)",
  },
  {
    at: /^(console\.)?cloud\.google\.com(\/|$)/,
    is: "Google Cloud's console",
    write: `https://LOCATION-docker.pkg.dev/PROJECT/REPOSITORY, or ${HARNESS_REGISTRY} for Harness's images`,
  },
  {
    at: /^cloud\.ibm\.com(\/|$)/,
    is: "IBM Cloud's console",
    write: "https://us.icr.io/NAMESPACE (or the domain of your region)",
  },
  {
    at: /console\.aws\.amazon\.com(\/|$)|^gallery\.ecr\.aws(\/|$)/,
    is: "an AWS web page",
    write: "https://public.ecr.aws/harness, or https://ACCOUNT.dkr.ecr.REGION.amazonaws.com",
  },
  { at: /^portal\.azure\.com(\/|$)/, is: "Azure's portal", write: "https://NAME.azurecr.io" },
  { at: /^github\.com(\/|$)/, is: "GitHub's web site", write: "https://ghcr.io/NAMESPACE" },
  { at: /^quay\.io\/(repository|organization|user)\//, is: "a page of Quay's web site", write: "https://quay.io" },
  {
    at: /^app\.harness\.io\/(ng|auth)(\/|$)/,
    is: "Harness's console",
    write: "the address of the registry the images come from",
  },
  {
    at: /\/(ui|webapp)\/($|repos|native|packages|home)/,
    is: "a page of a registry's web console",
    write: "the address docker pulls from, e.g. https://HOST",
  },
];

/** What a lenient parser reads as an address although Docker and Harness do not. */
const UNREADABLE = /[\s\\]|^\/|^https?:(?!\/\/)|:\/\/\//i;

/**
 * Reads a registry URL as people write it. Adding a missing scheme is the only rewriting: without one, Harness fails builds
 * with "Malformed registryUrl". [H122]
 */
export function readRegistryUrl(given: string): RegistryUrl {
  const schemeless = !/^[a-z][a-z0-9+.-]*:\/\//i.test(given);
  const url = schemeless ? `https://${given}` : given;
  const parsed = UNREADABLE.test(given) ? undefined : parse(url);
  // An "@" in the path can be the end of a password that holds a slash.
  if (given === "" || parsed === undefined || parsed.hostname === "" || parsed.pathname.includes("@")) {
    return { url: given, problems: [problem("is not a URL; write e.g. https://us.icr.io/my-namespace")], remarks: [] };
  }
  const elsewhere = [...consoleProblems(parsed), ...harnessHostProblems(parsed)];
  const problems = elsewhere.length > 0 ? [...credentialProblems(parsed), ...elsewhere] : structureProblems(parsed);
  if (problems.length > 0) return { url, problems, remarks: [] };
  const scheme = problem(`has no scheme, which breaks builds ("Malformed registryUrl"); using ${url}`);
  return { url, problems, remarks: [...(schemeless ? [scheme] : []), ...addressRemarks(parsed)] };
}

/** What is wrong with the form of an address that is otherwise the right one. */
function structureProblems(url: URL): Problem[] {
  const right = shown(url);
  const problems = credentialProblems(url, right);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    problems.push(problem(`starts with ${url.protocol}//, which is no registry address; write ${right}`));
  }
  if (url.search !== "" || url.hash !== "") problems.push(problem(`must not have a query or fragment; write ${right}`));
  return problems;
}

function credentialProblems(url: URL, right?: string): Problem[] {
  if (url.username === "" && url.password === "") return [];
  const way = right === undefined ? "give them in auth" : `write ${right} and give them in auth`;
  return [problem(`carries credentials, which Harness would show to everybody; ${way}`)];
}

function consoleProblems(url: URL): Problem[] {
  const place = `${url.host}${url.pathname}`;
  const found = CONSOLES.find((candidate) => candidate.at.test(place));
  return found === undefined ? [] : [problem(`is the address of ${found.is}, not of a registry; write ${found.write}`)];
}

function harnessHostProblems(url: URL): Problem[] {
  const place = `${url.host}${url.pathname}`.replace(/\/+$/, "");
  if (/^app\.harness\.io\/registry/.test(place)) {
    return [problem(`is Harness's former registry, which ended in May 2024; write ${HARNESS_REGISTRY}`)];
  }
  if (place === "us-docker.pkg.dev/gar-prod-setup" || /^us-docker\.pkg\.dev\/gar-prod-setup\/harness$/.test(place)) {
    return [problem(`lacks the repository, so that pulls fail with 403; write ${HARNESS_REGISTRY}`)];
  }
  return [];
}

function addressRemarks(url: URL): Remark[] {
  const remarks: Remark[] = [];
  const place = `${url.host}${url.pathname}`.replace(/\/+$/, "");
  if (/^gcr\.io\/gcr-prod(\/|$)/.test(place)) {
    remarks.push(problem(`works, but Harness has moved: today's address is ${HARNESS_REGISTRY}`));
  }
  if (/\/v2$/.test(place) && providerTypeFor(url.href) !== "DockerHub") {
    remarks.push(
      problem(
        `ends in /v2/, which becomes part of image names: Harness's own images would not be found; write ${url.origin}${url.pathname.replace(/\/?v2\/?$/, "")}`,
      ),
    );
  }
  if (url.protocol === "http:") remarks.push(problem("is plain http: credentials and images travel unencrypted"));
  return remarks;
}

/** Vendors' own hosts (Docker Hub's as Harness's documentation names them [H69] [H122]), and the provider type Harness has for them; any other host may be any type but Docker Hub's. */
const VENDOR_HOSTS: readonly { readonly at: RegExp; readonly is: string; readonly type: ProviderType }[] = [
  {
    at: /^(index|registry-1)\.docker\.io$|^docker\.io$|^registry\.hub\.docker\.com$/,
    is: "Docker Hub",
    type: "DockerHub",
  },
  { at: /^quay\.io$/, is: "Quay", type: "Quay" },
  { at: /^ghcr\.io$/, is: "GitHub's registry", type: "Other" },
  { at: /(^|\.)icr\.io$/, is: "IBM's registry", type: "Other" },
  { at: /^gcr\.io$|\.gcr\.io$|-docker\.pkg\.dev$/, is: "Google's registry", type: "Other" },
  { at: /^public\.ecr\.aws$|\.dkr\.ecr\.[\w-]+\.amazonaws\.com(\.cn)?$/, is: "Amazon's registry", type: "Other" },
  { at: /\.azurecr\.(io|cn|us)$/, is: "Azure's registry", type: "Other" },
];

type ProviderType = "DockerHub" | "Harbor" | "Quay" | "Other";

/** What is wrong with a provider type for a URL; undefined when it is fine. */
export function providerTypeProblem(url: string, providerType: string): string | undefined {
  const host = parse(url)?.hostname;
  if (host === undefined) return undefined;
  const vendor = VENDOR_HOSTS.find(({ at }) => at.test(host));
  // Harness's general type works with every registry but Docker Hub.
  const fits = vendor === undefined ? providerType !== "DockerHub" : fitsVendor(vendor.type, providerType);
  if (fits) return undefined;
  if (vendor === undefined) return `is DockerHub, but ${host} is not Docker Hub; write ${providerTypeFor(url)}`;
  return `is ${providerType}, but ${host} is ${vendor.is}; write ${vendor.type}`;
}

/** The provider type a URL gets when none is given. */
export function providerTypeFor(url: string): ProviderType {
  const host = parse(url)?.hostname ?? "";
  return VENDOR_HOSTS.find(({ at }) => at.test(host))?.type ?? "Other";
}

function fitsVendor(wanted: ProviderType, given: string): boolean {
  return given === wanted || (given === "Other" && wanted !== "DockerHub");
}

/** The address without anything a registry address does not have. */
function shown(url: URL): string {
  const scheme = url.protocol === "http:" ? "http" : "https";
  return `${scheme}://${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

function problem(text: string): Problem {
  return { path: "url", text };
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

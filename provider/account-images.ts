import type { ConfigReader, Environment } from "./config";
import type { Images, Infra } from "./domain/ci-images";
import { pulledImageName } from "./domain/image-name";
import { misspelt } from "./domain/problem";
import { type LookedFor, lookWords } from "./domain/verification-report";
import { ConfigurationError, InvalidInputError } from "./errors";
import { Notices } from "./notices";
import { Session } from "./session";

/** The images builds use now, the account's overrides over Harness's own, or only Harness's own. */
export async function accountImages(
  { environment, tell }: { readonly environment: Environment; readonly tell: (line: string) => void },
  infra: Infra,
  list: "used" | "defaults" = "used",
): Promise<Images> {
  const session = new Session({ config: () => undefined, environment, notices: new Notices(tell) });
  try {
    if (list === "used") return await imagesOf(session, infra);
    const doing = `read Harness's own CI images for ${infra}`;
    return await session.harness(doing).ciImages.defaults(infra, { doing });
  } finally {
    await session.close();
  }
}

/** What a program looks for. */
export interface ImagesWish {
  readonly url: string;
  readonly images?: Images | undefined;
  readonly infra?: Infra | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordFromEnv?: string | undefined;
}

/** What a program is told of an image. */
export interface VerifiedImage {
  readonly field: string;
  readonly image: string;
  readonly pulled: string;
  readonly status: "present" | "missing" | "lacking" | "unknown";
  readonly message: string;
  readonly digest?: string;
  readonly platforms?: readonly string[];
}

const DOING = "look for images";

/**
 * Looks for images while a program runs.
 *
 * @throws InvalidInputError, ConfigurationError, or why Harness could not be asked for its list
 */
export async function verifiedImages(
  config: ConfigReader,
  environment: Environment,
  wish: ImagesWish,
): Promise<VerifiedImage[]> {
  const { url, infra = "K8", fields, platforms } = wish;
  if (pulledImageName(url, "x") === undefined || !URL.canParse(url)) {
    throw new InvalidInputError({
      doing: DOING,
      what: "url is not the URL of a registry",
      next: "Write e.g. https://us.icr.io/my-ns.",
    });
  }
  const session = new Session({ config, environment });
  try {
    const images = wish.images ?? (await imagesOf(session, infra));
    const strange = misspelt(fields ?? [], Object.keys(images));
    if (strange.length > 0) {
      throw new InvalidInputError({
        doing: DOING,
        what: `fields names what is not in the list: ${strange.join(", ")}`,
        next: "Correct fields.",
      });
    }
    const looks = await session.lookFor({ url, images, fields, platforms, login: loginOf(wish, environment) });
    return looks.map(imageOf);
  } finally {
    await session.close();
  }
}

async function imagesOf(session: Session, infra: Infra): Promise<Images> {
  const doing = `read the CI images of the account for ${infra}`;
  return session.harness(doing).ciImages.effective(infra, { doing });
}

function loginOf({ username, password, passwordFromEnv }: ImagesWish, environment: Environment) {
  if (username === undefined) return undefined;
  const found = password ?? (passwordFromEnv === undefined ? undefined : environment[passwordFromEnv]);
  if (found !== undefined && found !== "") return { username, password: found };
  const what = `there is no password for ${username}${passwordFromEnv === undefined ? "" : `: ${passwordFromEnv} is not set or empty`}`;
  throw new ConfigurationError({
    doing: DOING,
    what,
    next: "Give password or passwordFromEnv, or leave out username.",
  });
}

function imageOf({ wanted: { field, image, pulled }, look }: LookedFor): VerifiedImage {
  const { outcome: status } = look;
  const names = { field, image, pulled, status, message: lookWords(look) };
  if (status !== "present") return names;
  const { digest, platforms } = look;
  return { ...names, ...(digest === undefined ? {} : { digest }), ...(platforms === undefined ? {} : { platforms }) };
}

import { imagesOf } from "./account-images";
import type { ConfigReader, Environment } from "./config";
import type { Images, Infra } from "./domain/ci-images";
import { misspelt } from "./domain/problem";
import { readRegistryUrl } from "./domain/registry-url";
import { type LookedFor, lookWords } from "./domain/verification-report";
import { verifyProblems } from "./domain/verify-arg";
import { InvalidInputError } from "./errors";
import { Session } from "./session";

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
  const problems = verifyProblems({ verify: wish });
  if (problems.length > 0) {
    const what = problems.map(({ path, text }) => `${path.replace(/^verify\./, "")} ${text}`).join("; ");
    throw new InvalidInputError({ doing: DOING, what, next: "Correct the arguments of verifyImages." });
  }
  const { infra = "K8", fields } = wish;
  const { url } = readRegistryUrl(wish.url);
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
    const looks = await session.lookFor({ ...wish, url, images }, DOING);
    return looks.map(imageOf);
  } finally {
    await session.close();
  }
}

function imageOf({ wanted: { field, image, pulled }, look }: LookedFor): VerifiedImage {
  const { outcome: status } = look;
  const names = { field, image, pulled, status, message: lookWords(look) };
  if (status !== "present") return names;
  const { digest, platforms } = look;
  return { ...names, ...(digest === undefined ? {} : { digest }), ...(platforms === undefined ? {} : { platforms }) };
}

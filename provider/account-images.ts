import type { Environment } from "./config";
import type { Images, Infra } from "./domain/ci-images";
import { Notices } from "./notices";
import { Session } from "./session";

/** Which images: what builds use, or Harness's own beneath what is overridden. */
export type ImageList = "used" | "defaults";

/** The images of the account, for whoever has no session. */
export async function accountImages(
  { environment, tell }: { readonly environment: Environment; readonly tell: (line: string) => void },
  infra: Infra,
  list: ImageList = "used",
): Promise<Images> {
  const session = new Session({ config: () => undefined, environment, notices: new Notices(tell) });
  try {
    return await imagesOf(session, infra, list);
  } finally {
    await session.close();
  }
}

/** The images of the account. */
export function imagesOf(session: Session, infra: Infra, list: ImageList = "used"): Promise<Images> {
  const doing = `read the CI images of the account for ${infra}`;
  const { ciImages } = session.harness(doing);
  return list === "used" ? ciImages.effective(infra, { doing }) : ciImages.defaults(infra, { doing });
}

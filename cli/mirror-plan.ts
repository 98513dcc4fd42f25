/** Which images are copied from where to where. Pure. */
import type { WantedImage } from "../provider/domain/verification";
import { wantedImages } from "../provider/runtime";

/** One image to be copied. */
export interface MirroredImage {
  /** `harness/ci-addon:1.16.92` */
  readonly image: string;
  /** What uses it: fields of the account's list, or `scanner NAME`. */
  readonly fields: readonly string[];
  readonly source: WantedImage;
  readonly target: WantedImage;
}

/** What a plan is made from. */
export interface MirrorWish {
  /** URL of a connector that has the images. */
  readonly from: string;
  /** URL of the connector that is to have them. */
  readonly to: string;
  /** Image by field. */
  readonly images: Readonly<Record<string, string>>;
  /** Names of scanners, e.g. `snyk`. */
  readonly scanners: readonly string[];
  /** Whether images of other modules than CI are left out. */
  readonly onlyCi: boolean;
}

/** Fields of the list that other modules of Harness use: STO, supply chain security, IaCM, the developer portal. [H177] */
const OTHER_MODULES =
  /^(security|ssca|provenance|slsa|iacm|cookieCutter|create(Repo|Catalog|Organisation|Project|Resource)|directPush|registerCatalog|slackNotify|updateCatalog)/;

/** The image of a scanner of STO; not in the account's list. [H186] */
function scannerImage(name: string): string {
  return `harness/${name}-job-runner:latest`;
}

/** Each image once, in the order of the list, with all that uses it. */
export function planOf({ from, to, images, scanners, onlyCi }: MirrorWish): MirroredImage[] {
  const wanted = [
    ...Object.entries(images).filter(([field]) => !(onlyCi && OTHER_MODULES.test(field))),
    ...scanners.map((name) => [`scanner ${name}`, scannerImage(name)] as const),
  ];
  const fields = new Map<string, string[]>();
  for (const [field, image] of wanted) fields.set(image, [...(fields.get(image) ?? []), field]);
  return [...fields].flatMap(([image, users]) => {
    const [source] = wantedImages(from, { [image]: image });
    const [target] = wantedImages(to, { [image]: image });
    return source === undefined || target === undefined ? [] : [{ image, fields: users, source, target }];
  });
}

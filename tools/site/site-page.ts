export interface SitePage {
  /** From the site's root, with `.md`. */
  readonly path: string;
  readonly text: string;
  /** Files of the repository that it links to and that are no pages, from the repository's root. */
  readonly files: readonly string[];
}

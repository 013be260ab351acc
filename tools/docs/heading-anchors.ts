/** The anchor that GitHub gives a heading, and the site with it. */
export function headingAnchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** A page without its fenced blocks, in which nothing is a heading or a link. */
export function proseOf(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}

/** Anchors of a page's headings. The second heading of a name has `-1` behind it, the third `-2`. */
export function headingAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title] of proseOf(text).matchAll(/^#+ (.*)$/gm)) {
    const anchor = headingAnchor(title);
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

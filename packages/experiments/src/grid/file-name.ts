/**
 * Whether a name can be that of a file in a folder, on any system, and of no other: names in configurations and specifications must not lead
 * outside of the folder that a file is written to.
 */
export function isFileName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  return name !== '' && name.length <= 200 && !/[/\\:\u0000-\u001f\u007f]/.test(name) && !/^\.*$/.test(name);
}

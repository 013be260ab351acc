// What `changeset version` writes into changelogs. Commits are not named: there is no public address where they could be looked up. And
// because all packages are released together, under one version, one line says what a package is released with.

exports.getReleaseLine = async ({ summary }) => {
  const [first, ...more] = summary.split('\n').map((line) => line.trimEnd());
  return [`- ${first}`, ...more.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
};

exports.getDependencyReleaseLine = async (_changesets, updated) => {
  if (updated.length === 0) return '';
  const names = updated.map(({ name }) => `\`${name}\``).sort();
  return `- With version ${updated[0].newVersion} of ${names.join(', ')}.`;
};

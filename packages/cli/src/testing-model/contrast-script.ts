/**
 * Evaluated in a page, gives the contrast (WCAG 2.2) of every text in it with what lies below, as far as backgrounds are plain colours:
 * { text, ratio, colour, background }.
 */
export const contrastScript = `(() => {
  const parse = (text) => {
    const numbers = (text.match(/-?[\\d.]+(e-?\\d+)?/g) ?? []).map(Number);
    const [r, g, b, a = 1] = text.startsWith('color(') ? [...numbers.slice(0, 3).map((value) => 255 * value), numbers[3]] : numbers;
    return { r, g, b, a: text === 'transparent' ? 0 : a };
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const backgroundOf = (element) => {
    const layers = [];
    for (let own = element; own !== null; own = own.parentElement) layers.push(parse(getComputedStyle(own).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() === '' || element.closest('script, style, noscript, title, desc, option')) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const colour = parse(element.closest('svg') === null ? style.color : style.fill);
    const background = backgroundOf(element);
    const [light, dark] = [luminance(over(colour, background)), luminance(background)].sort((a, b) => b - a);
    found.push({ text: walker.currentNode.textContent.trim().slice(0, 40), ratio: (light + 0.05) / (dark + 0.05), colour: style.color, background: JSON.stringify(background) });
  }
  return found;
})()`;

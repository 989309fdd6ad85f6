// Sharpens the pages of the service; each works without it. Copies links, sorts tables, saves drawings, completes searches.
'use strict';

const root = new URL('../', document.currentScript.src);

/** Makes an element with properties and children. */
const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** Texts to copy: a button, and absolute addresses instead of relative ones. */
for (const box of document.querySelectorAll('.copy')) {
  const code = box.querySelector('code');
  const { copy, copied } = box.dataset;
  code.textContent = code.textContent.replace(/(^|src="|, )\/(?=[^/]|$)/, (_, before) => before + root.href);
  const button = make('button', { type: 'button', textContent: copy });
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    } catch {
      getSelection().selectAllChildren(code);
    }
  });
  box.append(button);
}

/** The playground opens with the question of the page: its text stands on the page once. */
for (const link of document.querySelectorAll('a.ask')) {
  const panel = link.closest('.panel');
  const text = (name) => encodeURIComponent(panel.querySelector(`code.${name}`).textContent);
  link.hash = `query=${text('query')}&variables=${text('variables')}`;
}

/** Value that a cell sorts by: a date, a number, or its text. */
const sortValue = (cell) => {
  const time = cell?.querySelector('time');
  if (time) return time.dateTime;
  const text = cell?.textContent.trim() ?? '';
  const digits = text.replace(/[\s\u00a0\u202f]/g, '').match(/-?\d[\d.,]*/)?.[0];
  if (!cell?.querySelector('.money') || !digits) return text;
  const isFrench = document.documentElement.lang === 'fr';
  return Number(isFrench ? digits.replace(',', '.') : digits.replaceAll(',', ''));
};

const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
const compare = (a, b) => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  // Numbers come before words such as "not stated".
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return collator.compare(a, b);
};

/** Tables with more than two rows sort by the column whose name is pressed; one that is a part of a list has links for it. */
for (const table of document.querySelectorAll('main table:not(.sorted)')) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 3) continue;
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = make('button', { type: 'button' });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isDown = head.getAttribute('aria-sort') === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      const rows = [...body.rows].map((row) => ({ row, value: sortValue(row.cells[at]) }));
      rows.sort((a, b) => (isDown ? -1 : 1) * compare(a.value, b.value));
      body.append(...rows.map(({ row }) => row));
    });
  }
}

/** Copies the computed look of a drawing into its attributes, so that it stands alone. */
const alone = (svg) => {
  const copy = svg.cloneNode(true);
  const looks = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'fill-opacity', 'stroke-opacity',
    'font-family', 'font-size', 'font-weight', 'text-anchor'];
  const pairs = [svg, ...svg.querySelectorAll('*')].map((from, at) => [from, [copy, ...copy.querySelectorAll('*')][at]]);
  for (const [from, to] of pairs) {
    const style = getComputedStyle(from);
    for (const look of looks) if (style.getPropertyValue(look)) to.setAttribute(look, style.getPropertyValue(look));
  }
  const { width, height } = svg.viewBox.baseVal.width ? svg.viewBox.baseVal : svg.getBoundingClientRect();
  const back = document.createElementNS(svg.namespaceURI, 'rect');
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: getComputedStyle(document.documentElement).backgroundColor })) {
    back.setAttribute(name, value);
  }
  copy.prepend(back);
  copy.setAttribute('xmlns', svg.namespaceURI);
  copy.setAttribute('width', width);
  copy.setAttribute('height', height);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
};

const download = (href, name) => make('a', { href, download: name }).click();
const svgAddress = (text) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;

const asPng = async ({ text, width, height }) => {
  const image = new Image();
  image.src = svgAddress(text);
  await image.decode();
  const canvas = make('canvas', { width: width * 2, height: height * 2 });
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
};

/** Drawings save as SVG and PNG. */
for (const [at, figure] of document.querySelectorAll('main figure').entries()) {
  const svg = figure.querySelector('svg');
  if (!svg) continue;
  const name = `aidgraph-${figure.id || at + 1}`;
  const asSvg = make('button', { type: 'button', textContent: 'SVG' });
  asSvg.addEventListener('click', () => download(svgAddress(alone(svg).text), `${name}.svg`));
  const png = make('button', { type: 'button', textContent: 'PNG' });
  png.addEventListener('click', async () => download(await asPng(alone(svg)), `${name}.png`));
  figure.append(make('p', { className: 'save' }, asSvg, png));
}

/** The search box offers records while the visitor types. */
const form = document.querySelector('header form.search');
if (form) {
  const input = form.elements.q;
  const list = make('ul', { className: 'matches', hidden: true });
  form.append(list);
  let asked = 0;
  const close = () => { list.hidden = true; };
  const complete = async () => {
    const text = input.value.trim();
    const mine = ++asked;
    if (text.length < 2) return close();
    const address = new URL('search', root);
    address.searchParams.set('q', text);
    address.searchParams.set('embed', '1');
    if (document.documentElement.lang) address.searchParams.set('lang', document.documentElement.lang);
    const page = await fetch(address).then((answer) => (answer.ok ? answer.text() : ''));
    if (mine !== asked) return;
    const found = new DOMParser().parseFromString(page, 'text/html');
    const links = [...found.querySelectorAll('.results li')].slice(0, 8).map((item) => {
      const link = item.querySelector('a');
      const kind = make('span', { textContent: item.dataset.kind ?? '' });
      const target = new URL(link.getAttribute('href'), address);
      target.searchParams.delete('embed');
      const { search } = location;
      if (!new URLSearchParams(search).has('lang')) target.searchParams.delete('lang');
      return make('li', {}, make('a', { href: target.href }, link.textContent, kind));
    });
    list.replaceChildren(...links);
    list.hidden = links.length === 0;
  };
  let wait;
  input.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(complete, 150); });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { close(); input.focus(); }
    if (!['ArrowDown', 'ArrowUp'].includes(event.key) || list.hidden) return;
    event.preventDefault();
    const stops = [input, ...list.querySelectorAll('a')];
    const at = stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
    stops[(at + stops.length) % stops.length].focus();
  });
  form.addEventListener('focusout', (event) => { if (!form.contains(event.relatedTarget)) close(); });
}

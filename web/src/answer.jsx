import { useEffect, useRef, useState } from 'react';
import { useEditorContext } from '@graphiql/react';
import { drawn, file, tableOf } from './service.js';

/** Operation of the editor: its text, its variables, and its name if the text has several. */
function useOperation() {
  const { queryEditor, variableEditor } = useEditorContext();
  return () => ({
    query: queryEditor?.getValue() ?? '',
    variables: variableEditor?.getValue() ?? '',
    operationName: queryEditor?.operationName ?? undefined,
  });
}

/** Address of this page with an operation. */
function linkTo({ query, variables }) {
  const parts = new URLSearchParams({ query });
  if (variables.trim()) parts.set('variables', variables);
  return `${location.origin}${location.pathname}#${parts}`;
}

/** A dialog that the browser closes by Escape, and that returns the focus. */
function Window({ title, onClose, children }) {
  const ref = useRef(null);
  useEffect(() => ref.current?.showModal(), []);
  return (
    <dialog ref={ref} className="answer-window" aria-labelledby="answer-title" onClose={onClose}>
      <header>
        <h2 id="answer-title">{title}</h2>
        <button type="button" onClick={() => ref.current?.close()}>
          Close
        </button>
      </header>
      {children}
    </dialog>
  );
}

function Link({ operation }) {
  const [status, setStatus] = useState('');
  const address = linkTo(operation);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setStatus('Copied.');
    } catch {
      setStatus('The browser does not allow copying: select the address.');
    }
  };
  return (
    <>
      <p>This address opens the playground with the query and its variables.</p>
      <label>
        Address
        <textarea readOnly rows={4} value={address} onFocus={(event) => event.target.select()} />
      </label>
      <p>
        <button type="button" onClick={copy}>
          Copy
        </button>{' '}
        <span role="status">{status}</span>
      </p>
    </>
  );
}

/** Rows that a table shows; the files have all. */
const SHOWN = 200;

function Table({ operation, table }) {
  const { columns, rows } = table;
  return (
    <>
      <p role="status">
        {rows.length > SHOWN ? `The first ${SHOWN} of ${rows.length} rows.` : `Rows: ${rows.length}.`} All rows:{' '}
        {['csv', 'xlsx', 'json', 'parquet'].map((format) => (
          <a key={format} href={file(operation, format)} download={`query.${format}`}>
            {format.toUpperCase()}
          </a>
        ))}
      </p>
      <div className="answer-scroll" tabIndex={0} role="group" aria-labelledby="answer-title">
        <table>
          <thead>
            <tr>
              {columns.map(({ name, description }) => (
                <th key={name} scope="col" title={description}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row, index) => (
              <tr key={index}>
                {columns.map(({ name, type }) => (
                  <td key={name} className={type === 'number' || type === 'integer' ? 'number' : undefined}>
                    {row[name] === null || row[name] === undefined ? '' : String(row[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const isNumber = ({ type }) => type === 'number' || type === 'integer';

/** Columns that a chart starts with: a year or a name across, the first other number upward. */
function first(columns) {
  const x = columns.find(({ name }) => /(^|_)year$/.test(name)) ?? columns.find((column) => !isNumber(column)) ?? columns[0];
  const numbers = columns.filter((column) => isNumber(column) && column !== x && !/(^|_)(year|line|ms)$/.test(column.name));
  return { mark: 'bar', x: x?.name, y: (numbers[0] ?? columns.find(isNumber))?.name, colour: '' };
}

function Chart({ operation, table }) {
  const { columns } = table;
  const [spec, setSpec] = useState(() => first(columns));
  const [heading, setHeading] = useState('');
  const [chart, setChart] = useState({});
  const { mark, x, y, colour } = spec;
  useEffect(() => {
    if (!y) return undefined;
    let isCurrent = true;
    drawn(operation, `${mark} x=${x} y=${y}${colour ? ` colour=${colour}` : ''}`, heading).then((next) => isCurrent && setChart(next));
    return () => {
      isCurrent = false;
    };
  }, [operation, mark, x, y, colour, heading]);
  if (!y) return <p role="status">No column of the rows holds numbers.</p>;
  const choice = (key, label, options, none) => (
    <label>
      {label}
      <select value={spec[key]} onChange={(event) => setSpec({ ...spec, [key]: event.target.value })}>
        {none && <option value="">{none}</option>}
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
  const names = columns.map(({ name }) => name);
  return (
    <>
      <p className="answer-choices">
        {choice('mark', 'Mark', ['bar', 'line', 'point', 'area'])}
        {choice('x', 'Across', names)}
        {choice('y', 'Size', columns.filter(isNumber).map(({ name }) => name))}
        {choice('colour', 'Colour', names, 'none')}
        <label>
          Heading
          <input maxLength={200} value={heading} onChange={(event) => setHeading(event.target.value)} />
        </label>
        {chart.text && (
          <a href={`data:image/svg+xml,${encodeURIComponent(chart.text)}`} download="chart.svg">
            SVG
          </a>
        )}
      </p>
      <p>Bars, lines and areas add up rows of the same place. Add up only what does not overlap, such as <code>counted</code>.</p>
      {chart.error ? <p role="status">{chart.error}</p> : <Drawing text={chart.text} />}
    </>
  );
}

/** A drawing of the service, as part of the page: its text can be read and selected. */
function Drawing({ text }) {
  const ref = useRef(null);
  useEffect(() => {
    if (!text) return;
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    ref.current?.replaceChildren(document.importNode(svg, true));
  }, [text]);
  return <div className="answer-drawing" ref={ref} />;
}

const WINDOWS = { Link, Table, Chart };

/** What can be done with an answer: *Link*, *Table* and *Chart*. */
export function AnswerBar() {
  const current = useOperation();
  const [open, setOpen] = useState(null);
  const [status, setStatus] = useState('');
  const show = async (name) => {
    const operation = current();
    setStatus(name === 'Link' ? '' : 'Reading the rows …');
    const table = name === 'Link' ? {} : await tableOf(operation);
    setStatus(table.error ?? '');
    if (!table.error) setOpen({ name, operation, table });
  };
  const Body = open && WINDOWS[open.name];
  return (
    <div className="answer-bar">
      {Object.keys(WINDOWS).map((name) => (
        <button key={name} type="button" onClick={() => show(name)} aria-haspopup="dialog">
          {name}
        </button>
      ))}
      <span role="status">{status}</span>
      {Body && (
        <Window title={open.name} onClose={() => setOpen(null)}>
          <Body operation={open.operation} table={open.table} />
        </Window>
      )}
    </div>
  );
}

/** Lets Tab and Shift+Tab leave the editors; Ctrl+] and Ctrl+[ indent. */
export function LeaveEditors() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useEditorContext();
  useEffect(() => {
    const keys = { Tab: false, 'Shift-Tab': false, 'Ctrl-]': 'indentMore', 'Ctrl-[': 'indentLess' };
    const editors = [queryEditor, variableEditor, headerEditor, responseEditor].filter(Boolean);
    editors.forEach((editor) => editor.addKeyMap(keys));
    return () => editors.forEach((editor) => editor.removeKeyMap(keys));
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}

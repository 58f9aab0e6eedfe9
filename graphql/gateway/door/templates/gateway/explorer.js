'use strict';
const at = (id) => document.getElementById(id);
const texts = JSON.parse(at('texts').textContent);
const examples = JSON.parse(at('examples').textContent);
const KEPT = 'regie-key';
const MODERN = 'application/graphql-response+json';
const TYPE = 'name kind ofType { name kind ofType { name kind ofType { name kind } } }';
const INTROSPECTION = `{ __schema { types { name kind description
  fields { name description type { ${TYPE} } args { name description type { ${TYPE} } } }
  inputFields { name description type { ${TYPE} } }
  enumValues { name description } } } }`;

const say = (name, values = {}) => texts[name].replace(/\{(\w+)\}/g, (_, it) => values[it] ?? '–');

const element = (tag, content, ...inside) => {
  const made = document.createElement(tag);
  made.textContent = content;
  made.append(...inside);
  return made;
};


async function ask(query, variables) {
  const began = performance.now();
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: MODERN,
      Authorization: `Bearer ${at('key').value.trim()}`,
    },
    body: JSON.stringify({ query, variables }),
    cache: 'no-store',
    credentials: 'omit',
  });
  const text = await response.text();
  return {
    text,
    status: response.status,
    ok: response.ok,
    ms: Math.round(performance.now() - began),
    bytes: new TextEncoder().encode(text).length,
    cost: /cost=(\d+)/.exec(response.headers.get('Regie-Cost') ?? '')?.[1],
  };
}

function readVariables() {
  const text = at('variables').value.trim();
  const value = text ? JSON.parse(text) : {};
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new SyntaxError();
  return value;
}

function tell(message, bad = false) {
  at('status').textContent = message;
  at('status').classList.toggle('bad', bad);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function run() {
  let variables;
  try {
    variables = readVariables();
  } catch {
    tell(say('bad_variables'), true);
    at('variables').focus();
    return;
  }
  at('run').disabled = true;
  tell(say('asking'));
  try {
    const answer = await ask(at('query').value, variables);
    at('result').textContent = pretty(answer.text);
    tell(say('answered', answer), !answer.ok);
  } catch {
    tell(say('unreachable'), true);
  } finally {
    at('run').disabled = false;
  }
}


function typeText(type) {
  if (type.kind === 'NON_NULL') return `${typeText(type.ofType)}!`;
  return type.kind === 'LIST' ? `[${typeText(type.ofType)}]` : type.name;
}

function signature(field) {
  const args = (field.args ?? []).map((it) => `${it.name}: ${typeText(it.type)}`).join(', ');
  return `${field.name}${args && `(${args})`}${field.type ? `: ${typeText(field.type)}` : ''}`;
}

function description(field) {
  const more = (field.args ?? []).map((it) => `${it.name}: ${it.description ?? ''}`);
  return [field.description ?? '', ...more].join(' ');
}

function row(field) {
  const made = element('div', '');
  made.append(element('dt', '', element('code', signature(field))));
  made.append(element('dd', description(field)));
  return made;
}

function section(type) {
  const fields = type.fields ?? type.inputFields ?? type.enumValues ?? [];
  const made = element('details', '', element('summary', '', element('code', type.name)));
  made.append(element('p', type.description ?? ''), element('dl', '', ...fields.map(row)));
  return made;
}

async function loadSchema() {
  at('schema').replaceChildren();
  if (!at('key').value.trim()) return void (at('found').textContent = say('needs_key'));
  try {
    const answer = await ask(INTROSPECTION, {});
    if (!answer.ok) return void (at('found').textContent = say('refused'));
    const first = (it) => (it.name === 'Query' ? 0 : 1);
    const types = JSON.parse(answer.text).data.__schema.types
      .filter((it) => !it.name.startsWith('__'))
      .sort((one, two) => first(one) - first(two) || one.name.localeCompare(two.name));
    at('schema').replaceChildren(...types.map(section));
    at('schema').firstChild.open = true;
    search();
  } catch {
    at('found').textContent = say('unreachable');
  }
}

function search() {
  const wanted = at('search').value.trim().toLowerCase();
  const fits = (it) => it.textContent.toLowerCase().includes(wanted);
  for (const type of at('schema').children) {
    const whole = fits(type.firstChild) || fits(type.children[1]);
    const rows = [...type.querySelectorAll('dl > div')];
    for (const it of rows) it.hidden = !whole && !fits(it);
    type.hidden = !whole && rows.every((it) => it.hidden);
    if (wanted) type.open = !type.hidden;
  }
  const shown = [...at('schema').children].filter((it) => !it.hidden);
  if (at('schema').children.length) at('found').textContent = say('found', { count: shown.length });
}


function indentOrLeave(event) {
  const field = event.target;
  const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === 'Tab' && plain && !field.dataset.leaving) {
    event.preventDefault();
    field.setRangeText('  ', field.selectionStart, field.selectionEnd, 'end');
  }
  if (event.key === 'Escape') field.dataset.leaving = 'yes';
  else delete field.dataset.leaving;
}

function show(name) {
  at('query').value = examples[name].query;
  at('variables').value = examples[name].variables;
}

for (const id of ['query', 'variables']) at(id).addEventListener('keydown', indentOrLeave);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (!at('run').disabled) run();
  }
});
at('asking').addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
at('example').addEventListener('change', (event) => show(event.target.value));
at('search').addEventListener('input', search);
at('key').addEventListener('change', () => {
  sessionStorage.setItem(KEPT, at('key').value.trim());
  loadSchema();
});
at('key').value = sessionStorage.getItem(KEPT) ?? '';
show(at('example').value);
loadSchema();

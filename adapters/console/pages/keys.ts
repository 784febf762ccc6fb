import { html } from 'hono/html'
import type { ApiKey } from '#adapters/client/types.ts'
import { type Actor, isSameActor } from '#domain/tenant/actor.ts'
import { SCOPES, type Scope } from '#domain/tenant/principal.ts'
import { type ConsoleRoute, type Html, type Page, get, post } from '../route.ts'
import { alert } from '../view/alert.ts'
import { actorName } from '../view/actor.ts'
import { badge } from '../view/badge.ts'
import { actionButton } from '../view/button.ts'
import { card, heading } from '../view/card.ts'
import { textIn } from '../view/field.ts'
import { table } from '../view/table.ts'
import { time } from '../view/time.ts'
import type { Visit } from '../visit.ts'

export const KEYS: readonly ConsoleRoute[] = [
  get('/keys', (visit) => showKeys(visit, null)),
  post('/keys', async (visit) => {
    const form = await visit.form()
    const scopes = SCOPES.filter((scope) => form.getAll('scope').includes(scope))
    const wanted = { name: textIn(form, 'name'), scopes }
    if (scopes.length === 0)
      return { ...(await showKeys(visit, alert('Choose at least one scope.'), { wanted })), status: 400 }
    if (await wasMade(visit, wanted, Number(textIn(form, 'at')))) {
      const said = alert(
        'You have made a key with this name and these scopes since the form was shown. Its secret is shown once: revoke that key if it is lost. To make another one, send the form again.',
      )
      return { ...(await showKeys(visit, said, { wanted })), status: 409 }
    }
    const made = await visit.api.keys.create(wanted)
    // Shown in the answer to the form alone: a redirect would have to put the secret somewhere.
    // The form below it is for another key.
    return showKeys(visit, madeNotice(made), { at: Date.parse(made.createdAt) + 1 })
  }),
  post('/keys/:id/revoke', async ({ api, param }) => {
    await api.keys.revoke(param('id'))
    return { to: '/keys', notice: 'The key is revoked. Servers that remember it refuse it within ten seconds.' }
  }),
]

/**
 * Whether it looks like a second click or a reload: such a key was made since the form was shown. The API makes another
 * key at each request, because it keeps no secret to answer with again. So two requests at once make two.
 * @param at when the form was made (epoch ms)
 */
async function wasMade({ api, caller }: Visit, { name, scopes }: Wanted, at: number) {
  const keys = await api.keys.list()
  return keys.some(
    (key) =>
      Date.parse(key.createdAt) >= at &&
      key.name === name &&
      key.scopes.join() === scopes.join() &&
      isSameActor(key.createdBy as Actor, caller.actor as Actor),
  )
}

type Wanted = Pick<ApiKey, 'name' | 'scopes'>

interface KeyForm {
  /** What the form knows as its time (epoch ms). */
  readonly at: number
  /** What was typed, in a form that comes back. */
  readonly wanted: Wanted
}

async function showKeys(visit: Visit, said: Html | null, form: Partial<KeyForm> = {}): Promise<Page> {
  const { href, caller } = visit
  const isOpen = caller.actor.kind === 'keyless'
  // Right after the first key was made, this visitor has none that would show the list.
  const keys = said !== null && isOpen ? [] : await visit.api.keys.list()
  return {
    title: 'Keys',
    section: 'keys',
    body: html`${heading('API keys')} ${said ?? ''}
      ${
        isOpen
          ? html`<p class="ask">
              There are no keys, so programs on this machine need none. From the first key on, every request needs one,
              and so does this console: keep it.
            </p>`
          : ''
      }
      ${table({
        caption: 'API keys, newest first',
        head: ['Key', 'Name', 'Scopes', 'Status', 'Made', 'By', 'Revoke'],
        rows: keys.map((key) => rowOf(key, visit)),
        empty: 'There are no keys in the database.',
      })}
      ${card('New key', keyForm(href('/keys'), { at: visit.now, wanted: { name: '', scopes: [] }, ...form }))}
      <p class="hint">Keys of the setting <code>ERRAND_API_KEYS</code> are not listed, and end with that setting.</p>`,
  }
}

function rowOf({ id, name, scopes, createdAt, createdBy, revokedAt, revokedBy }: ApiKey, { href, caller }: Visit) {
  const isOwn = caller.actor.kind === 'key' && caller.actor.id === id
  const confirm = isOwn
    ? 'Revoke the key that you have signed in with? You are signed out at once.'
    : `Revoke key ${id}? Its callers are refused from then on. This cannot be undone.`
  const status =
    revokedAt === null ? badge('active') : html`${badge('revoked')} ${time(revokedAt)}, ${actorName(revokedBy)}`
  return [
    html`<code>${id}</code>${isOwn ? ' (yours)' : ''}`,
    name === '' ? '–' : name,
    scopes.join(', '),
    status,
    time(createdAt),
    actorName(createdBy),
    revokedAt === null
      ? actionButton({ action: href(`/keys/${id}/revoke`), label: 'Revoke', kind: 'danger', confirm })
      : '',
  ]
}

const MEANINGS: Readonly<Record<Scope, string>> = {
  run: 'run agents within a request',
  submit: 'submit, retry and resolve jobs; batches and schedules',
  read: 'see what jobs hold',
  cancel: 'cancel and pause',
  approve: 'decide on calls and proposals that wait for a person',
  admin: 'all of these, delete jobs, and manage keys',
}

function keyForm(action: string, { at, wanted }: KeyForm): Html {
  const boxes = SCOPES.map(
    (scope) =>
      html`<label class="check"
        ><input type="checkbox" name="scope" value="${scope}" ${wanted.scopes.includes(scope) ? 'checked' : ''} />
        <span><b>${scope}</b> ${MEANINGS[scope]}</span></label
      >`,
  )
  return html`<form class="stack" method="post" action="${action}">
    <input type="hidden" name="at" value="${String(at)}" />
    <label for="key-name">Name</label>
    <input
      id="key-name"
      name="name"
      value="${wanted.name}"
      maxlength="100"
      autocomplete="off"
      placeholder="importer of the shop"
    />
    <fieldset>
      <legend>Scopes</legend>
      ${boxes}
    </fieldset>
    <button class="primary">Make key</button>
  </form>`
}

function madeNotice({
  id,
  secret,
  scopes,
}: {
  readonly id: string
  readonly secret: string
  readonly scopes: readonly string[]
}): Html {
  return html`<section class="ask" role="status">
    <h2>Key ${id} for ${scopes.join(', ')}</h2>
    <p>This is the only time that it is shown. Copy it now.</p>
    <pre class="value secret">${secret}</pre>
  </section>`
}

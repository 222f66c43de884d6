// Passkeys: a form with data-passkey="create" or "get" asks the device before it is sent.
// The options stand in a JSON script (data-options) or are fetched (data-options-url).
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0))
const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")

function readable (publicKey) {
  const options = { ...publicKey, challenge: bytesOf(publicKey.challenge) }
  if (options.user) options.user = { ...options.user, id: bytesOf(options.user.id) }
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) options[list] = options[list].map((known) => ({ ...known, id: bytesOf(known.id) }))
  }
  return options
}

function written (credential) {
  const response = { clientDataJSON: textOf(credential.response.clientDataJSON) }
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = textOf(credential.response[part])
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports()
  return {
    type: credential.type,
    id: credential.id,
    rawId: textOf(credential.rawId),
    response,
    clientExtensionResults: credential.getClientExtensionResults()
  }
}

async function optionsOf (form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent).publicKey
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } })
  if (!answer.ok) throw new Error("no options")
  return (await answer.json()).request_options.publicKey
}

async function ask (form) {
  const publicKey = readable(await optionsOf(form))
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey })
  form.elements.credential.value = JSON.stringify(written(credential))
  form.submit()
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const note = form.querySelector("[data-passkey-note]")
  if (!window.PublicKeyCredential) {
    form.hidden = form.dataset.passkey === "get"
    note.textContent = note.dataset.unable
    continue
  }
  form.hidden = false
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    note.textContent = ""
    ask(form).catch(() => { note.textContent = note.dataset.failed })
  })
}

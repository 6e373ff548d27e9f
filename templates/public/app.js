// What scripts add to pages that work without them: focus, counting, printing, a file's digest, a file that is dropped, a font.
const { font } = document.currentScript.dataset
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]

function refresh() {
  for (const button of $$('[data-print]')) button.hidden = false
  if (crypto.subtle) for (const block of $$('[data-sha256]')) block.hidden = false
  // what was scanned has its signed code behind the #, which no server sees: it is handed on to the page that checks it
  for (const link of $$('[data-with-code]')) link.hash = location.hash
  for (const form of $$('form')) count(form)
}

function count(form) {
  const output = form.querySelector('.action-bar output')
  if (!output) return
  const boxes = $$('tbody td.tick input', form)
  const chosen = boxes.filter((box) => box.checked).length
  output.value = chosen ? output.dataset.some.replace('{n}', chosen) : output.dataset.none
  for (const box of $$('[data-select-all]', form)) {
    box.checked = chosen > 0 && chosen === boxes.length
    box.indeterminate = chosen > 0 && chosen < boxes.length
  }
}

async function compare(input) {
  const { sha256 } = input.parentElement.dataset
  const output = input.parentElement.querySelector('output')
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await input.files[0].arrayBuffer()))
  const same = sha256 === [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  output.className = same ? 'good' : 'bad'
  output.value = same ? output.dataset.match : output.dataset.mismatch
}

document.addEventListener('change', ({ target }) => {
  if (target.dataset.selectAll) for (const box of $$('tbody td.tick input', target.form)) box.checked = target.checked
  if (target.form) count(target.form)
  if (target.closest('[data-sha256]') && target.files[0]) compare(target)
})
document.addEventListener('click', ({ target }) => {
  if (target.closest('[data-print]')) print()
})
document.addEventListener('dragover', (event) => {
  if (event.target.closest('[data-drop]')) event.preventDefault()
})
document.addEventListener('drop', (event) => {
  const form = event.target.closest('[data-drop]')
  if (!form || event.dataTransfer.files.length === 0) return
  event.preventDefault()
  form.elements.file.files = event.dataTransfer.files
  form.requestSubmit()
})
// A machine without a Chinese font draws the same empty box for every character.
function drawsChinese() {
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  pen.font = getComputedStyle(document.body).font
  const [one, other] = ['护', '育'].map((character) => {
    pen.clearRect(0, 0, canvas.width, canvas.height)
    pen.fillText(character, 8, 48)
    return canvas.toDataURL()
  })
  return one !== other
}

if (!drawsChinese())
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: font }))
document.addEventListener('htmx:after:swap', refresh)
refresh()
document.querySelector('.errors')?.focus()

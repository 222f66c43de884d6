// A form with data-send-on-load is sent once a person's browser shows the page; programs that only look do not.
for (const form of document.querySelectorAll("form[data-send-on-load]")) {
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })
}

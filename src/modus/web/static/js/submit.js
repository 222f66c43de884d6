// A form with data-submit-on-load goes on by itself; without this script its button does the same.
document.querySelector("form[data-submit-on-load]").requestSubmit()

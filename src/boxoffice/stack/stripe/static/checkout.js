// Spaces out what is typed and stops a second click. The page works the same without it.

const form = document.querySelector("form");
const number = document.querySelector("#number");
const expiry = document.querySelector("#expiry");

/** Write digits in groups, and keep the caret behind the digit it was behind. */
function space(input, write) {
  const before = input.value.slice(0, input.selectionStart).replace(/\D/g, "").length;
  const written = write(input.value.replace(/\D/g, ""));
  let caret = 0;
  for (let digits = 0; digits < before && caret < written.length; caret += 1) {
    if (/\d/.test(written[caret])) digits += 1;
  }
  if (input.selectionStart === input.value.length) caret = written.length;
  input.value = written;
  input.setSelectionRange(caret, caret);
}

const inGroups = (digits) => {
  const amex = /^3[47]/.test(digits);
  const groups = amex ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?/ : /^(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,7})?/;
  return (digits.match(groups) ?? []).slice(1).filter(Boolean).join(" ");
};

const asExpiry = (digits) => {
  const whole = /^[2-9]/.test(digits) ? `0${digits}` : digits;
  return whole.length > 2 ? `${whole.slice(0, 2)} / ${whole.slice(2, 4)}` : whole;
};

number.addEventListener("input", () => space(number, inGroups));
expiry.addEventListener("input", () => space(expiry, asExpiry));
form.addEventListener("submit", (event) => {
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy")) event.preventDefault();
  button.setAttribute("aria-busy", "true");
  button.querySelector("span").textContent = "Processing…";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

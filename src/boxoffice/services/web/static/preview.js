/** Prints the ticket beside the form while it is being filled in. */

const form = document.querySelector("[data-preview-of]");
const sample = document.querySelector("[data-preview]");
const title = sample.querySelector("[data-title]");
const price = sample.querySelector("[data-price]");
const money = new Intl.NumberFormat(document.documentElement.lang, {
  style: "currency",
  currency: form.dataset.currency,
  currencyDisplay: "narrowSymbol",
});

function print() {
  const amount = Number.parseFloat(form.elements.price.value.replace(",", "."));
  title.textContent = form.elements.title.value.trim() || "Your ticket";
  price.textContent = money.format(amount > 0 ? amount : 0);
}

form.addEventListener("input", print);
print();

/** Says at once that a file is too large, before it is on its way in vain. */

const input = document.querySelector("input[data-largest]");
const sentence = document.querySelector("[data-too-large]");

input.addEventListener("change", () => {
  const tooLarge = (input.files[0]?.size ?? 0) > Number(input.dataset.largest);
  sentence.hidden = !tooLarge;
  if (tooLarge) input.value = "";
});

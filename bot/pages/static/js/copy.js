// Buttons that copy the id of a clip. Without a clipboard they stay hidden.

function openCopying(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
}

async function copy(button) {
  const note = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    note.textContent = button.dataset.copied;
  } catch {
    // The browser does not allow it: the id is selected, to be copied by hand.
    const id = button.closest(".own").querySelector("code");
    getSelection().selectAllChildren(id);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});
// A page of a request may take the place of another one without a load.
new MutationObserver(() => openCopying(document)).observe(document.body, { childList: true });
openCopying(document);

// Runs before the first paint, so that a page never flashes in the other theme.
(() => {
  try {
    document.documentElement.dataset.theme = JSON.parse(localStorage.getItem('parlour.theme') ?? '"system"');
  } catch {
    // Storage may be forbidden or hold anything: the system's theme then stands.
  }
})();

// Loads a vendored script once; it leaves its name on the window.
const loading = new Map();

export function vendored(address) {
  if (!loading.has(address)) {
    loading.set(address, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${address} was not loaded`));
      document.head.append(script);
    }));
  }
  return loading.get(address);
}

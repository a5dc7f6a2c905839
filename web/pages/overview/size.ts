import { useEffect, useRef, useState } from "preact/hooks";

/** The size of an element, followed as it changes; zero before it is laid out. */
export function useSize() {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const read = (): void => {
      const width = Math.floor(element.clientWidth);
      const height = Math.floor(element.clientHeight);
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    read();
    const seen = new ResizeObserver(read);
    seen.observe(element);
    return () => seen.disconnect();
  }, []);
  return { ref, ...size };
}

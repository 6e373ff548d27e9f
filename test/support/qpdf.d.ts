/** What @neslinesli93/qpdf-wasm leaves out of its types. */
declare module '@neslinesli93/qpdf-wasm' {
  type QpdfModule = (options: { noInitialRun: boolean }) => Promise<QpdfInstance>
  interface EmscriptenFS {
    writeFile(path: string, data: Uint8Array): void
  }
}

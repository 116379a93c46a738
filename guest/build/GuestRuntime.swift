import Foundation
import PackagePlugin

/// `guest/runtime` as one object, shipped too: whoever writes a program
/// outside this package links with it.
struct GuestRuntime {
  let object: URL
  let script: URL
  let recipe: Recipe

  init(tools: GuestTools) {
    let folder = tools.guest.appending(path: "runtime")
    let sources = GuestTools.files(below: folder) { ["c", "S"].contains($0.pathExtension) }
    let parts = sources.map {
      tools.outputs.appending(path: "objects/runtime/\($0.lastPathComponent).o")
    }
    script = folder.appending(path: "program.ld")
    object = tools.outputs.appending(path: "runtime.o")
    recipe = Recipe(
      product: object,
      inputs: sources + tools.headers,
      steps: [["mkdir", "-p", tools.outputs.appending(path: "objects/runtime").path]]
        + zip(sources, parts).map { tools.compile($0, to: $1) }
        + [tools.combine(parts, to: object)])
  }
}

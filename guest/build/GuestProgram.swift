import Foundation
import PackagePlugin

/// One entry of `guest/programs`, and how it is built.
struct GuestProgram {
  /// What the entry is.
  private enum Form {
    case onRuntime(folder: URL?, sources: [URL])
    case bareAssembly(URL)
    case manifest(URL)
  }

  private let name: String
  private let form: Form
  private let tools: GuestTools

  /// Nil for an entry that is no program, such as a read-me file.
  init?(entry: URL, tools: GuestTools) {
    self.tools = tools
    name = entry.deletingPathExtension().lastPathComponent
    switch entry.pathExtension {
    case "c", "swift":
      form = .onRuntime(folder: nil, sources: [entry])
    case "S":
      form = .bareAssembly(entry)
    case "yaml":
      form = .manifest(entry)
    case "" where entry.hasDirectoryPath:
      form = .onRuntime(
        folder: entry,
        sources: GuestTools.files(below: entry) { ["c", "S", "swift"].contains($0.pathExtension) })
    default:
      return nil
    }
  }

  func recipe(runtime: GuestRuntime, modules: PortableModules) -> Recipe {
    let product = tools.outputs.appending(path: name)
    switch form {
    case .manifest(let file):
      let copy = product.appendingPathExtension("yaml")
      return Recipe(product: copy, inputs: [file], steps: [["cp", file.path, copy.path]])
    case .bareAssembly(let source):
      return Recipe(
        product: product, inputs: [source],
        steps: [
          makeObjectFolder, tools.compile(source, to: object(for: source)),
          tools.link([object(for: source)], script: nil, to: product),
        ])
    case .onRuntime(let folder, let sources):
      return recipe(
        for: product, folder: folder, sources: sources, runtime: runtime, modules: modules)
    }
  }

  private func recipe(
    for product: URL, folder: URL?, sources: [URL], runtime: GuestRuntime,
    modules: PortableModules
  ) -> Recipe {
    let swiftSources = sources.filter { $0.pathExtension == "swift" }
    let otherSources = sources.filter { $0.pathExtension != "swift" }
    let headers = folder.map { GuestTools.files(below: $0) { $0.pathExtension == "h" } } ?? []

    var inputs = sources + headers + tools.headers + [runtime.object, runtime.script]
    var steps = [makeObjectFolder]
    steps += otherSources.map { tools.compile($0, to: object(for: $0)) }
    var objects = otherSources.map(object(for:))
    var library: [URL] = []
    if let first = swiftSources.first {
      inputs += tools.swiftOverlay + modules.objects
      library = modules.objects
      steps.append(tools.compileSwift(swiftSources, module: name, to: object(for: first)))
      objects.append(object(for: first))
    }
    steps.append(
      tools.link(
        objects + [runtime.object], library: library, script: runtime.script, to: product))
    return Recipe(product: product, inputs: inputs, steps: steps)
  }

  private var objectFolder: URL { tools.outputs.appending(path: "objects/\(name)") }

  private var makeObjectFolder: Recipe.Step { ["mkdir", "-p", objectFolder.path] }

  private func object(for source: URL) -> URL {
    objectFolder.appending(path: source.lastPathComponent + ".o")
  }
}

import Foundation
import PackagePlugin

/// The modules of the package that know nothing of the host, built for ring 3 from the very sources
/// that the host builds: a program in Swift imports them by their names.
///
/// They are the targets below ``roots``, as Package.swift has them. That they go through Embedded
/// Swift is what keeps them free of Foundation, of existential containers and of the host's pointers.
struct PortableModules {
  /// One target of the package.
  private struct Module {
    let name: String
    let sources: [URL]
    /// Modules that it imports, and those that they import.
    let dependencies: [String]
  }

  /// The flight recorder, VM with a script that plays it, and the conformance suite's cases.
  private static let roots = ["FlightRecorder", "PagingCases", "VMScript"]

  private let modules: [Module]
  private let tools: GuestTools

  init(package: Package, tools: GuestTools) throws {
    self.tools = tools
    var modules: [Module] = []
    for target in try package.targets(named: Self.roots) {
      for target in target.recursiveTargetDependencies + [target] {
        guard let target = target.sourceModule as? SwiftSourceModuleTarget,
          !modules.contains(where: { $0.name == target.name })
        else { continue }
        modules.append(
          Module(
            name: target.name,
            sources: GuestTools.files(below: target.directoryURL) { $0.pathExtension == "swift" },
            dependencies: target.recursiveTargetDependencies.map(\.name)))
      }
    }
    self.modules = modules
  }

  /// One for each module. SwiftPM wants to see a result, and ships it: that is the object.
  var recipes: [Recipe] {
    modules.map { module in
      Recipe(
        product: object(module.name), inputs: module.sources + module.dependencies.map(object),
        steps: [
          ["mkdir", "-p", tools.moduleFolder.path],
          tools.compileModule(module.name, module.sources, to: object(module.name)),
        ])
    }
  }

  /// What a program that may import them is linked with, and what it waits for.
  var objects: [URL] { modules.map { object($0.name) } }

  private func object(_ name: String) -> URL {
    tools.outputs.appending(path: "\(name).o")
  }
}

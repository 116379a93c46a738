import Foundation
import PackagePlugin

/// Builds everything under `guest/programs` with the Swift toolchain's own
/// `clang`, `swiftc` and `ld.lld`; the results become resources of the target
/// that uses the plugin.
///
/// A program is found by itself, by one of these forms (see guest/README.md):
///
/// - `NAME.c`, `NAME.swift`: one source file on top of `guest/runtime`;
/// - a folder `NAME` with several C, assembly or Swift files, likewise;
/// - `NAME.S`: assembly with nothing under it, neither runtime nor linker script;
/// - `NAME.yaml`: a manifest, shipped as it is.
///
/// `guest/conform`, the conformance suite's payload, becomes a disk image of its own.
///
/// Swift programs may import those modules of the package that are portable.
///
/// Each has exact inputs, so a change rebuilds what depends on it and nothing
/// else. The plugin lives in `guest`, not in `Plugins`, because SwiftPM plans
/// anew only when a file comes or goes in some target's folder: this way it
/// notices a new program.
@main
struct BuildGuestPrograms: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let tools = try GuestTools(context: context)
    let runtime = GuestRuntime(tools: tools)
    let modules = try PortableModules(package: context.package, tools: tools)
    let entries = try FileManager.default.contentsOfDirectory(
      at: tools.guest.appending(path: "programs"), includingPropertiesForKeys: nil,
      options: .skipsHiddenFiles)
    let programs =
      entries
      .sorted { $0.path < $1.path }
      .compactMap {
        GuestProgram(entry: $0, tools: tools)?.recipe(runtime: runtime, modules: modules)
      }
    let conform = ConformImage(tools: tools, modules: modules)
    return ([runtime.recipe] + modules.recipes + programs + [conform.recipe]).map(\.command)
  }
}

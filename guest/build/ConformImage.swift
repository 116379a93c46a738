import Foundation
import PackagePlugin

/// `guest/conform` as one file that boots in two ways: a boot sector, and behind it the payload, whose
/// first bytes are a multiboot header. faultline writes into it what is to be run.
struct ConformImage {
  let recipe: Recipe

  init(tools: GuestTools, modules: PortableModules) {
    let folder = tools.guest.appending(path: "conform")
    let objects = tools.outputs.appending(path: "objects/conform")
    let headers = folder.appending(path: "include")
    let boot = folder.appending(path: "boot_sector.S")
    let script = folder.appending(path: "conform.ld")
    let all = GuestTools.files(below: folder) { _ in true }
    let sources = all.filter { ["c", "S"].contains($0.pathExtension) && $0 != boot }
    let swiftSources = all.filter { $0.pathExtension == "swift" }

    func object(_ source: URL) -> URL {
      objects.appending(path: source.lastPathComponent + ".o")
    }
    func result(_ name: String) -> URL { objects.appending(path: name) }
    let swiftObject = result("conform.swift.o")
    let image = tools.outputs.appending(path: "conform.img")

    var steps = [["mkdir", "-p", objects.path]]
    steps += (sources + [boot]).map { tools.compile($0, headers: headers, to: object($0)) }
    steps.append(
      tools.compileBareSwift(swiftSources, module: "Conform", headers: headers, to: swiftObject))
    steps.append(
      tools.link(
        sources.map(object) + [swiftObject], library: modules.objects, script: script,
        to: result("conform.elf")))
    steps.append(tools.flatten(result("conform.elf"), to: result("payload.bin")))
    steps.append(
      tools.link(
        [object(boot)], script: folder.appending(path: "boot_sector.ld"),
        to: result("boot_sector.elf")))
    steps.append(tools.flatten(result("boot_sector.elf"), to: result("boot_sector.bin")))
    steps.append(
      ["sh", "-c", "cat \"$1\" \"$2\" > \"$3\"", "cat"]
        + [result("boot_sector.bin"), result("payload.bin"), image].map(\.path))
    recipe = Recipe(product: image, inputs: all.filter { !$0.hasDirectoryPath } + modules.objects, steps: steps)
  }
}

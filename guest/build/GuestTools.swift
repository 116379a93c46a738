import Foundation
import PackagePlugin

/// The toolchain's compilers and linker, with the flags that all guest code is
/// built with.
struct GuestTools {
  /// The package's `guest` folder.
  let guest: URL
  /// Where the build's results go.
  let outputs: URL
  /// What any C, assembly or Swift file of the guest may include.
  let headers: [URL]

  private let clang: URL
  private let swiftc: URL
  private let linker: URL
  private let objcopy: URL
  private let package: URL

  init(context: PluginContext) throws {
    package = context.package.directoryURL
    guest = package.appending(path: "guest")
    outputs = context.pluginWorkDirectoryURL
    clang = try context.tool(named: "clang").url
    swiftc = try context.tool(named: "swiftc").url
    linker = try context.tool(named: "ld.lld").url
    objcopy = try context.tool(named: "llvm-objcopy").url
    headers = [guest.appending(path: "runtime"), guest.appending(path: "stub/include")]
      .flatMap { folder in
        Self.files(below: folder) { ["h", "modulemap"].contains($0.pathExtension) }
      }
  }

  /// All files at any depth that satisfy `isWanted`, by path.
  static func files(below folder: URL, where isWanted: (URL) -> Bool) -> [URL] {
    let found = FileManager.default.enumerator(
      at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    return (found?.compactMap { $0 as? URL } ?? []).filter(isWanted).sorted { $0.path < $1.path }
  }

  /// One C or assembly file.
  ///
  /// - Parameter folder: its headers, if they are not the runtime's.
  func compile(_ source: URL, headers folder: URL? = nil, to object: URL) -> Recipe.Step {
    [
      clang.path,
      "-target", "i386-unknown-none-elf", "-march=pentium4",
      "-std=c17", "-ffreestanding", "-nostdlibinc", "-fno-pic",
      "-ffunction-sections", "-fdata-sections", "-fno-omit-frame-pointer",
      "-O2", "-g", "-ffile-prefix-map=\(package.path)/=", "-fdebug-compilation-dir=.",
      "-Wall", "-Wextra", "-Werror",
      "-I", (folder ?? includeFolder).path, "-I", sharedFolder.path,
      "-c", source.path, "-o", object.path,
    ]
  }

  /// The Swift files of one program, and the runtime's, as one module.
  func compileSwift(_ sources: [URL], module: String, to object: URL) -> Recipe.Step {
    embeddedSwift(module: module.replacing("-", with: "_"))
      + ["-I", includeFolder.path, "-c"]
      + (sources + swiftOverlay).map(\.path) + ["-o", object.path]
  }

  /// The Swift files of a program that stands on nothing but its own assembly.
  ///
  /// - Parameter headers: the folder of its module map.
  func compileBareSwift(
    _ sources: [URL], module: String, headers: URL, to object: URL
  ) -> Recipe.Step {
    embeddedSwift(module: module) + ["-I", headers.path, "-c"] + sources.map(\.path)
      + ["-o", object.path]
  }

  /// One of the package's own modules, under the house's rules, and its interface.
  func compileModule(_ name: String, _ sources: [URL], to object: URL) -> Recipe.Step {
    let interface = moduleFolder.appending(path: "\(name).swiftmodule")
    var step = embeddedSwift(module: name)
    step.append("-strict-memory-safety")
    for feature in ["ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility"] {
      step += ["-enable-upcoming-feature", feature]
    }
    step += ["-emit-module", "-emit-module-path", interface.path, "-c"]
    return step + sources.map(\.path) + ["-o", object.path]
  }

  /// Embedded Swift for ring 3, all but the sources.
  private func embeddedSwift(module: String) -> Recipe.Step {
    [
      swiftc.path,
      "-target", "i686-unknown-none-elf", "-swift-version", "6",
      "-enable-experimental-feature", "Embedded", "-wmo", "-parse-as-library",
      "-O", "-g", "-warnings-as-errors",
      "-file-prefix-map", "\(package.path)/=", "-file-compilation-dir", ".",
      "-module-name", module,
      "-module-cache-path", outputs.appending(path: "module-cache").path,
      "-Xcc", "-ffreestanding", "-Xcc", "-nostdlibinc",
      "-I", moduleFolder.path,
    ]
  }

  /// Objects to a static program; without `script`, laid out as the linker likes. Of the `library` it
  /// gets what it asks for.
  func link(
    _ objects: [URL], library: [URL] = [], script: URL?, to program: URL
  ) -> Recipe.Step {
    var step = [
      linker.path,
      "-m", "elf_i386", "-static", "--gc-sections", "--fatal-warnings",
      "-z", "max-page-size=4096", "-z", "noexecstack",
    ]
    if let script { step += ["-T", script.path] }
    step += objects.map(\.path)
    step += ["--start-lib"] + library.map(\.path) + ["--end-lib"]
    step += unicodeTables.map(\.path)
    return step + ["-o", program.path]
  }

  /// A program's bytes as they lie in memory, from its first section on.
  func flatten(_ program: URL, to bytes: URL) -> Recipe.Step {
    [objcopy.path, "-O", "binary", program.path, bytes.path]
  }

  /// Objects to one object, for later linking.
  func combine(_ objects: [URL], to object: URL) -> Recipe.Step {
    [linker.path, "-m", "elf_i386", "-r"] + objects.map(\.path) + ["-o", object.path]
  }

  /// The runtime's Swift part, compiled into every Swift program.
  var swiftOverlay: [URL] {
    Self.files(below: guest.appending(path: "runtime/swift")) { $0.pathExtension == "swift" }
  }

  /// Where the interfaces of the package's own modules lie.
  var moduleFolder: URL { outputs.appending(path: "modules") }

  private var includeFolder: URL { guest.appending(path: "runtime/include") }

  /// What the host and the guest have agreed upon.
  private var sharedFolder: URL { guest.appending(path: "stub/include") }

  /// What Embedded Swift's strings need, if the toolchain has it; the linker
  /// takes nothing from it for programs that do not ask.
  private var unicodeTables: [URL] {
    let toolchain = swiftc.deletingLastPathComponent().deletingLastPathComponent()
    let tables = toolchain.appending(
      path: "lib/swift/embedded/i686-unknown-none-elf/libswiftUnicodeDataTables.a")
    return FileManager.default.fileExists(atPath: tables.path) ? [tables] : []
  }
}

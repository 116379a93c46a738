import GuestImage
import GuestPrograms
import MinixABI
import Servers
import Session

/// What a TARGET on the command line means.
struct Target {
  /// The programs, loaded and checked.
  let programs: [RunConfiguration.Program]
  /// The manifest, if it is one.
  let manifest: Manifest?
  /// The files that it offers to programs, read.
  let files: [OfferedFile]

  /// Loads a program or a manifest, and every program that the manifest names.
  ///
  /// - Parameters:
  ///   - name: a shipped program's or manifest's name, or a path.
  ///   - arguments: for a single program.
  ///   - isSystem: for a single program.
  init(_ name: String, arguments: [String], isSystem: Bool) throws {
    let path = try Self.path(of: name)
    let file = try InputFile(opening: path).contents()
    if file.beginsAsELF || !Self.looksLikeManifest(path) {
      var program = RunConfiguration.Program(
        name: Self.baseName(path), image: try ProgramImage(file), arguments: [name] + arguments)
      program.isSystem = isSystem
      programs = [program]
      manifest = nil
      files = []
    } else {
      guard arguments.isEmpty else {
        throw Failure(
          "\(name) is a manifest and takes no arguments: give them to its programs", exitCode: 64)
      }
      let manifest = try Manifest(file)
      programs = try manifest.programs.flatMap { try Self.load($0, of: manifest) }
      files = try Self.files(of: manifest)
      self.manifest = manifest
    }
  }

  /// Reads what a manifest offers, with its line in each error.
  private static func files(of manifest: Manifest) throws -> [OfferedFile] {
    var rest = Manifest.fileByteLimit
    return try manifest.files.map { file in
      do throws(ImageError) {
        let contents = try InputFile(opening: manifest.resolve(file)).contents(limit: rest)
        rest -= contents.bytes.count
        return OfferedFile(path: file.path, bytes: contents.bytes)
      } catch {
        throw Failure("\(manifest.error(error, of: file))", exitCode: error.exitCode)
      }
    }
  }

  /// The processes of one entry.
  private static func load(
    _ entry: Manifest.Program, of manifest: Manifest
  ) throws -> [RunConfiguration.Program] {
    let path = manifest.resolve(entry) { ShippedPrograms.path(of: $0) }
    let image = try ProgramImage.load(path)
    return entry.processNames.map { name in
      var program = RunConfiguration.Program(
        name: name, image: image, arguments: [name] + entry.arguments)
      program.isSystem = entry.privileges == .system
      program.priority = entry.priority.map { Int8($0) }
      program.server = entry.server.map { Endpoint($0) }
      program.environment = entry.environment
      program.quantum = entry.quantum.map { Int8($0) }
      program.rights = .init(entry.rights)
      program.start.after = entry.start.after
      program.start.delay = entry.start.delay?.duration ?? .zero
      return program
    }
  }

  /// A name without a slash is a shipped program's, if there is one; else it is a path.
  private static func path(of name: String) throws -> String {
    if !name.contains("/"), let shipped = ShippedPrograms.path(of: name) { return shipped }
    do throws(ImageError) {
      _ = try InputFile(opening: name)
      return name
    } catch {
      guard error.kind == .notFound, !name.contains("/") else { throw error }
      let shipped = ShippedPrograms.names.joined(separator: ", ")
      throw Failure(
        "\(name): no such file, and no program of that name is shipped; there are \(shipped)",
        exitCode: 66)
    }
  }

  private static func looksLikeManifest(_ path: String) -> Bool {
    path.hasSuffix(".yaml") || path.hasSuffix(".yml")
  }

  private static func baseName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "program")
  }
}

extension Endpoint {
  fileprivate init(_ server: BootServer) { self.init(rawValue: Int32(server.endpoint)) }
}

extension RunConfiguration.Program.Rights {
  fileprivate init(_ rights: Manifest.Rights) {
    self.init()
    traps = rights.traps
    kernelCalls = rights.kernelCalls
    peers = rights.ipcTo?.map { peer in
      switch peer {
      case .server(let server): .boot(Endpoint(server))
      case .program(let name): .program(name)
      case .users: .users
      case .all: .all
      }
    }
  }
}

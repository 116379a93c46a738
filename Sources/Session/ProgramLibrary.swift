import GuestImage
import MinixABI
import Servers

/// The programs that EXEC finds: those of the run, by the name or the path that they were given by, and
/// those that are shipped, by their names. A guest reaches no other file of the host.
final class ProgramLibrary: ProgramCatalog {
  private var images: [String: ProgramImage] = [:]
  private let shippedProgram: (String) -> String?

  init(_ configuration: RunConfiguration) {
    shippedProgram = configuration.shippedProgram
    for program in configuration.programs {
      images[program.image.file.path] = program.image
    }
    // A name comes before a path, and the first of several before the others.
    for program in configuration.programs.reversed() { images[program.name] = program.image }
  }

  /// The files that were read, each once.
  var files: [FileContents] {
    let files = Dictionary(images.values.map { ($0.file.path, $0.file) }) { first, _ in first }
    return files.values.sorted { $0.path < $1.path }
  }

  func program(at path: String) -> Result<ExecutableProgram, ResultCode> {
    image(at: path).map { ExecutableProgram($0) }
  }

  /// The same as it was read; a shipped one is read when it is first asked for.
  func image(at path: String) -> Result<ProgramImage, ResultCode> {
    if let image = images[path] { return .success(image) }
    guard let file = shippedProgram(path) else { return .failure(.enoent) }
    do throws(ImageError) {
      let image = try ProgramImage.load(file)
      images[path] = image
      return .success(image)
    } catch {
      return .failure(Self.result(of: error.kind))
    }
  }

  private static func result(of error: ImageError.Kind) -> ResultCode {
    switch error {
    case .notFound: .enoent
    case .permissionDenied: .eacces
    case .hostRefused, .unreadable: .eio
    default: .enoexec
    }
  }
}

extension ExecutableProgram {
  init(_ image: ProgramImage) {
    self.init(
      entry: image.entry,
      regions: image.layout().map { range in
        Region(
          start: range.pages.address,
          byteCount: UInt32(range.pages.pageCount) * AddressSpaceLayout.pageByteCount,
          isWritable: range.isWritable)
      },
      parts: image.segments.filter { $0.fileByteCount > 0 }.map { segment in
        Part(address: segment.address, bytes: image.contents(of: segment))
      })
  }
}

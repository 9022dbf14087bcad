import Fleet
import GRPCCore
import Logging
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// The operator's calls about the image library.
struct ImagesService: Roost_V1_Images.SimpleServiceProtocol {
  let store: FleetStore
  let library: ImageLibrary
  let clock: any WallClock
  let random: any RandomSource
  let logger: Logger

  init(
    store: FleetStore, library: ImageLibrary, clock: any WallClock, random: any RandomSource,
    logger: Logger
  ) {
    self.store = store
    self.library = library
    self.clock = clock
    self.random = random
    self.logger = logger
  }

  func list(request: Roost_V1_ListImagesRequest, context: ServerContext) async throws -> Roost_V1_ListImagesResponse {
    let images = try await store.read { try $0.images() }
    return .with { $0.images = images.map(\.message) }
  }

  func create(request: Roost_V1_CreateImageRequest, context: ServerContext) async throws -> Roost_V1_ImageResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    if let earlier = try await earlier(write, adding: request.name) { return earlier }
    guard let format = ImageFormat(rawValue: request.format) else {
      throw FleetError(.invalid, "\"\(request.format.printable)\" is not an image format", hint: "use qcow2 or raw")
    }
    guard let size = Int64(exactly: request.sizeBytes) else { throw FleetError(.invalid, "the size is too large") }
    await sweep()
    let image = try await library.create(
      ImageID(from: random), name: request.name, format: format, size: ByteCount(bytes: size), at: clock.now())
    return try await keep(image, [], write)
  }

  func importImage(
    request: RPCAsyncSequence<Roost_V1_ImportImageRequest, any Error>, context: ServerContext
  ) async throws -> Roost_V1_ImageResponse {
    var iterator = request.makeAsyncIterator()
    guard case .begin(let begin)? = try await iterator.next()?.content else {
      throw FleetError(.invalid, "the first message of an image import names the image")
    }
    let write = try IdempotencyKey(id: begin.requestID, body: begin)
    if let earlier = try await earlier(write, adding: begin.name) { return earlier }
    await sweep()
    let (image, notes) = try await library.take(
      begin, id: ImageID(from: random), at: clock.now(), chunks: ImageChunks(iterator: iterator))
    return try await keep(image, notes, write)
  }

  func delete(request: Roost_V1_DeleteImageRequest, context: ServerContext) async throws -> Roost_V1_ImageResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let name = request.name
    let now = clock.now()
    let outcome = try await store.carryOut(write, as: .message, at: now) { transaction in
      guard let image = try transaction.image(named: name) else {
        throw FleetError(.notFound, "there is no image \"\(name.printable)\"", hint: "list them: roost image list")
      }
      let users = try transaction.imageUsers(image.id)
      guard users.isEmpty else {
        throw FleetError(
          .precondition, "image \"\(name)\" is used by \(users.joined(separator: ", "))",
          hint: "delete those VMs first")
      }
      try transaction.removeImage(image.id)
      try transaction.appendEvent(
        at: now, kind: .imageDeleted, subject: name, message: "image \"\(name)\" left the library")
      return (answer: Roost_V1_ImageResponse.with { $0.image = image.message }, value: image)
    }
    if let image = outcome.value { library.remove(image.id) }
    return outcome.answer
  }

  /// Removes orphaned files before new ones arrive; a failure is only logged.
  func sweep() async {
    let now = clock.now()
    do {
      let (images, last) = try await store.read { (Set(try $0.images().map(\.id)), try $0.lastSettling()) }
      guard last == nil || last?.endedAt != nil else { return }
      let (count, failures) = try await library.sweepOrphans(keeping: images, restoredAt: last?.since, now: now)
      for failure in failures { logger.error("\(failure)") }
      guard count > 0 else { return }
      try await store.commit {
        try $0.appendEvent(
          at: now, kind: .imageOrphansRemoved, subject: "library",
          message: "\(count) files of the image library were removed that belonged to no image")
      }
    } catch {
      logger.error("files of the image library that belong to no image can't be removed: \(error)")
    }
  }

  /// The answer to an earlier copy of the request; nil for a new one, whose name must be free.
  private func earlier(_ write: IdempotencyKey, adding name: String) async throws -> Roost_V1_ImageResponse? {
    try NameRule.checked(name, of: "image")
    return try await store.read { reader in
      if let earlier = try write.earlier(in: reader, as: .message) as Roost_V1_ImageResponse? { return earlier }
      guard try reader.image(named: name) == nil else {
        throw FleetError(
          .conflict, "there is an image \"\(name)\" already",
          hint: "delete it first: roost image delete \(name.shellQuoted)")
      }
      return nil
    }
  }

  private func keep(_ image: Image, _ notes: [String], _ write: IdempotencyKey) async throws -> Roost_V1_ImageResponse {
    do {
      let outcome = try await store.carryOut(write, as: .message, at: image.createdAt) { transaction in
        try transaction.insertImage(image)
        try transaction.appendEvent(
          at: image.createdAt, kind: .imageAdded, subject: image.name,
          message: "image \"\(image.name)\" (\(image.format.rawValue), \(image.virtualSize)) is in the library")
        let answer = Roost_V1_ImageResponse.with {
          $0.image = image.message
          $0.notes = notes
        }
        return (answer: answer, value: true)
      }
      // A concurrent copy of the request was faster: its file is the image, and this one is not needed.
      if outcome.value == nil { library.remove(image.id) }
      return outcome.answer
    } catch {
      library.remove(image.id)
      throw error
    }
  }
}

/// The bytes that follow the first message of an image import.
struct ImageChunks: AsyncSequence {
  typealias Element = [UInt8]

  var iterator: RPCAsyncSequence<Roost_V1_ImportImageRequest, any Error>.AsyncIterator

  func makeAsyncIterator() -> Iterator { Iterator(base: iterator) }

  struct Iterator: AsyncIteratorProtocol {
    var base: RPCAsyncSequence<Roost_V1_ImportImageRequest, any Error>.AsyncIterator

    mutating func next() async throws -> [UInt8]? {
      guard let message = try await base.next() else { return nil }
      guard case .data(let data)? = message.content else {
        throw FleetError(.invalid, "every later message of an image import carries data")
      }
      return Array(data)
    }
  }
}

internal import Fleet

extension Image {
  /// The image as JSON has it.
  var tree: Tree {
    .object([
      "name": .text(name), "id": .text(id.description), "format": .text(format.rawValue),
      "virtual_bytes": .bytes(virtualSize), "file_bytes": .bytes(fileSize), "sha256": .optional(isBlank ? "" : sha256),
      "created_at": .time(createdAt),
    ])
  }

  /// The images as a listing.
  static func listing(_ images: [Image], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("NAME"), .init("FORMAT"), .init("SIZE", right: true), .init("FILE", right: true), .init("AGE"),
        .init("SHA256", wide: true), .init("ID", wide: true),
      ],
      rows: images.map { image in
        Listing.Row(
          name: image.name,
          cells: [
            .init(image.name), .init(image.format.rawValue), .init(image.virtualSize.description),
            .init(image.fileSize.description), .init(Age.text(of: image.createdAt, at: now)),
            .init(image.isBlank ? "blank" : image.sha256),
            .init(image.id.description),
          ], tree: image.tree)
      }, empty: "no images; add one: roost image import FILE")
  }

  /// What a person reads.
  var view: Detail {
    Detail(
      name: name,
      lines: [
        .field("name", .init(name, .heading)), .field("id", .init(id.description)),
        .field("format", .init(format.rawValue)), .field("size", .init(virtualSize.description)),
        .field("file", .init(fileSize.description)), .field("sha256", .init(isBlank ? "blank" : sha256)),
        .field("created", .init(createdAt.description)),
      ], tree: tree)
  }
}

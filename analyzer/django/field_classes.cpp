#include "analyzer/django/field_classes.h"

#include <array>
#include <unordered_map>

namespace mlint::django {
namespace {

using I = Internal;

constexpr FieldClass number(std::string_view path, I internal) {
  return {.path = path, .internal = internal, .empty_strings = false};
}
constexpr FieldClass varchar(std::string_view path, int max_length) {
  return {.path = path, .internal = I::char_, .max_length = max_length};
}
constexpr FieldClass own_type(std::string_view path, std::string_view type, bool empty_strings = false) {
  return {.path = path, .internal = I::other, .type = type, .empty_strings = empty_strings};
}
constexpr FieldClass geometry(std::string_view path, std::string_view type) {
  return {.path = path, .internal = I::geometry, .geometry = type};
}
constexpr FieldClass foreign_key(std::string_view path) {
  return {.path = path, .internal = I::foreign_key, .db_index = true, .empty_strings = false};
}
constexpr FieldClass plain(std::string_view path, I internal) { return {.path = path, .internal = internal}; }

constexpr std::array core_classes = {
    number("django.db.models.AutoField", I::auto_),
    number("django.db.models.BigAutoField", I::big_auto),
    number("django.db.models.SmallAutoField", I::small_auto),
    number("django.db.models.BigIntegerField", I::big_integer),
    number("django.db.models.IntegerField", I::integer),
    number("django.db.models.SmallIntegerField", I::small_integer),
    number("django.db.models.PositiveBigIntegerField", I::positive_big_integer),
    number("django.db.models.PositiveIntegerField", I::positive_integer),
    number("django.db.models.PositiveSmallIntegerField", I::positive_small_integer),
    FieldClass{.path = "django.db.models.BinaryField", .internal = I::binary},
    number("django.db.models.BooleanField", I::boolean),
    FieldClass{
        .path = "django.db.models.NullBooleanField", .internal = I::null_boolean, .empty_strings = false, .null = true},
    varchar("django.db.models.CharField", -1),
    varchar("django.db.models.CommaSeparatedIntegerField", -1),
    varchar("django.db.models.EmailField", 254),
    varchar("django.db.models.URLField", 200),
    FieldClass{.path = "django.db.models.SlugField", .internal = I::slug, .max_length = 50, .db_index = true},
    FieldClass{.path = "django.db.models.FileField", .internal = I::file, .max_length = 100},
    FieldClass{.path = "django.db.models.ImageField", .internal = I::file, .max_length = 100},
    FieldClass{.path = "django.db.models.FilePathField", .internal = I::file, .max_length = 100},
    plain("django.db.models.TextField", I::text),
    number("django.db.models.DateField", I::date),
    number("django.db.models.DateTimeField", I::date_time),
    number("django.db.models.TimeField", I::time),
    number("django.db.models.DurationField", I::duration),
    number("django.db.models.DecimalField", I::decimal),
    number("django.db.models.FloatField", I::float_),
    number("django.db.models.GenericIPAddressField", I::ip_address),
    number("django.db.models.IPAddressField", I::ip_address),
    number("django.db.models.JSONField", I::json),
    number("django.db.models.UUIDField", I::uuid),
    foreign_key("django.db.models.ForeignKey"),
    FieldClass{.path = "django.db.models.OneToOneField",
               .internal = I::one_to_one,
               .db_index = true,
               .unique = true,
               .empty_strings = false},
    plain("django.db.models.ManyToManyField", I::many_to_many),
    plain("django.db.models.GeneratedField", I::generated),
    plain("django.db.models.CompositePrimaryKey", I::none),
    number("django.db.models.OrderWrt", I::order_wrt),
    plain("django.contrib.contenttypes.fields.GenericForeignKey", I::none),
    plain("django.contrib.contenttypes.fields.GenericRelation", I::none),
};

constexpr std::array contrib_classes = {
    number("django.contrib.postgres.fields.ArrayField", I::array),
    own_type("django.contrib.postgres.fields.HStoreField", "hstore"),
    number("django.contrib.postgres.fields.JSONField", I::json),
    own_type("django.contrib.postgres.fields.IntegerRangeField", "int4range"),
    own_type("django.contrib.postgres.fields.BigIntegerRangeField", "int8range"),
    own_type("django.contrib.postgres.fields.DecimalRangeField", "numrange"),
    own_type("django.contrib.postgres.fields.FloatRangeField", "numrange"),
    own_type("django.contrib.postgres.fields.DateTimeRangeField", "tstzrange"),
    own_type("django.contrib.postgres.fields.DateRangeField", "daterange"),
    own_type("django.contrib.postgres.search.SearchVectorField", "tsvector", true),
    own_type("django.contrib.postgres.search.SearchQueryField", "tsquery", true),
    geometry("django.contrib.gis.db.models.GeometryField", "GEOMETRY"),
    geometry("django.contrib.gis.db.models.PointField", "POINT"),
    geometry("django.contrib.gis.db.models.LineStringField", "LINESTRING"),
    geometry("django.contrib.gis.db.models.PolygonField", "POLYGON"),
    geometry("django.contrib.gis.db.models.MultiPointField", "MULTIPOINT"),
    geometry("django.contrib.gis.db.models.MultiLineStringField", "MULTILINESTRING"),
    geometry("django.contrib.gis.db.models.MultiPolygonField", "MULTIPOLYGON"),
    geometry("django.contrib.gis.db.models.GeometryCollectionField", "GEOMETRYCOLLECTION"),
    plain("django.contrib.gis.db.models.RasterField", I::raster),
};

// By the last part of the path, for packages whose classes are spelled in more than one module; the prefix must fit.
struct ThirdParty {
  std::string_view package;
  FieldClass field;
};
constexpr FieldClass date_time(std::string_view path) { return number(path, I::date_time); }
constexpr std::array third_party = {
    ThirdParty{"model_utils", varchar("StatusField", 100)},
    ThirdParty{"model_utils", date_time("MonitorField")},
    ThirdParty{"model_utils", date_time("AutoCreatedField")},
    ThirdParty{"model_utils", date_time("AutoLastModifiedField")},
    ThirdParty{"model_utils", plain("SplitField", I::text)},
    ThirdParty{"model_utils", varchar("UrlsafeTokenField", 128)},
    ThirdParty{"model_utils", number("UUIDField", I::uuid)},
    ThirdParty{"mptt", foreign_key("TreeForeignKey")},
    ThirdParty{"mptt",
               {.path = "TreeOneToOneField",
                .internal = I::one_to_one,
                .db_index = true,
                .unique = true,
                .empty_strings = false}},
    ThirdParty{"mptt", plain("TreeManyToManyField", I::many_to_many)},
    ThirdParty{"modelcluster", foreign_key("ParentalKey")},
    ThirdParty{"modelcluster", plain("ParentalManyToManyField", I::many_to_many)},
    ThirdParty{"modelcluster", plain("ClusterTaggableManager", I::none)},
    ThirdParty{"taggit", plain("TaggableManager", I::none)},
    ThirdParty{"tagulous", plain("TagField", I::many_to_many)},
    ThirdParty{"filer", foreign_key("FilerImageField")},
    ThirdParty{"filer", foreign_key("FilerFileField")},
    ThirdParty{"filer", foreign_key("FilerFolderField")},
    ThirdParty{"cms", foreign_key("PageField")},
    ThirdParty{"sortedm2m", plain("SortedManyToManyField", I::many_to_many)},
    ThirdParty{"phonenumber_field", varchar("PhoneNumberField", 128)},
    ThirdParty{"django_countries", varchar("CountryField", 2)},
    ThirdParty{"djmoney", number("MoneyField", I::decimal)},
    ThirdParty{"djmoney", varchar("CurrencyField", 3)},
    ThirdParty{"django_prices", number("MoneyField", I::decimal)},  // its currency is no column
    ThirdParty{"django_prices", number("PriceField", I::decimal)},
    ThirdParty{"django_pgjson", own_type("JsonField", "json")},
    ThirdParty{"django_pgjson", own_type("JsonBField", "jsonb")},
    ThirdParty{"sorl", {.path = "ImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"easy_thumbnails", {.path = "ThumbnailerImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"versatileimagefield", {.path = "VersatileImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"versatileimagefield", varchar("PPOIField", 20)},
    ThirdParty{"imagekit", {.path = "ProcessedImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"wagtail", {.path = "WagtailImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"wagtail", plain("RichTextField", I::text)},
    ThirdParty{"ckeditor", plain("RichTextField", I::text)},
    ThirdParty{"ckeditor_uploader", plain("RichTextUploadingField", I::text)},
    ThirdParty{"django_ckeditor_5", plain("CKEditor5Field", I::text)},
    ThirdParty{"tinymce", plain("HTMLField", I::text)},
    ThirdParty{"markdownx", plain("MarkdownxField", I::text)},
    ThirdParty{"martor", plain("MartorField", I::text)},
    ThirdParty{"django_extensions", date_time("CreationDateTimeField")},
    ThirdParty{"django_extensions", date_time("ModificationDateTimeField")},
    ThirdParty{"django_extensions", {.path = "AutoSlugField", .internal = I::slug, .max_length = 50, .db_index = true}},
    ThirdParty{"django_extensions", varchar("ShortUUIDField", 22)},
    ThirdParty{"autoslug", {.path = "AutoSlugField", .internal = I::slug, .max_length = 50, .db_index = true}},
    ThirdParty{"timezone_field", varchar("TimeZoneField", 63)},
    ThirdParty{"multiselectfield", varchar("MultiSelectField", -1)},
    ThirdParty{"colorfield", varchar("ColorField", 25)},
    ThirdParty{"localflavor", varchar("USStateField", 2)},
    ThirdParty{"django_fsm", varchar("FSMField", 50)},
    ThirdParty{"django_fsm", number("FSMIntegerField", I::integer)},
    ThirdParty{"viewflow", varchar("FSMField", 50)},
    ThirdParty{"jsonfield", plain("JSONField", I::text)},
    ThirdParty{"django_jsonfield_backport", number("JSONField", I::json)},
    ThirdParty{"encrypted_model_fields", plain("EncryptedTextField", I::text)},
    ThirdParty{"encrypted_model_fields", plain("EncryptedCharField", I::text)},
    ThirdParty{"django_ltree", own_type("PathField", "ltree")},
    ThirdParty{"psqlextra", own_type("LocalizedField", "hstore")},
    ThirdParty{"django_measurement", number("MeasurementField", I::float_)},
    ThirdParty{"measurement", number("MeasurementField", I::float_)},
    ThirdParty{"shortuuid", varchar("ShortUUIDField", 22)},
    ThirdParty{"django_ulid", number("ULIDField", I::uuid)},
    ThirdParty{"django_loose_fk", {.path = "FkOrURLField", .internal = I::none}},
    ThirdParty{"annoying", {.path = "AutoOneToOneField", .internal = I::one_to_one, .db_index = true, .unique = true}},
    // From Wagtail 5 on; its get_db_prep_value() hands None to JSONField's.
    ThirdParty{"wagtail", {.path = "StreamField", .internal = I::json, .json_none = true}},
    ThirdParty{"utilities.fields", number("CounterCacheField", I::big_integer)},
    ThirdParty{"utilities.fields", varchar("NaturalOrderingField", 100)},
    ThirdParty{"utilities.fields", varchar("ColorField", 6)},
    ThirdParty{"ipam.fields", number("ASNField", I::big_integer)},
    ThirdParty{"ipam.fields", own_type("IPNetworkField", "cidr")},
    ThirdParty{"ipam.fields", own_type("IPAddressField", "inet")},
    ThirdParty{"dcim.fields", number("ASNField", I::big_integer)},
    ThirdParty{"dcim.fields", own_type("MACAddressField", "macaddr")},
    ThirdParty{"dcim.fields", own_type("WWNField", "macaddr8")},
    ThirdParty{"django_cryptography", own_type("EncryptedField", "bytea")},
    ThirdParty{"morango", number("UUIDField", I::uuid)},
    ThirdParty{"i18nfield", plain("I18nCharField", I::text)},
    ThirdParty{"i18nfield", plain("I18nTextField", I::text)},
    ThirdParty{"markupfield", plain("MarkupField", I::text)},  // what it renders is a field of its own in the migration
    ThirdParty{"stdimage", {.path = "StdImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"stdimage", {.path = "JPEGField", .internal = I::file, .max_length = 100}},
    ThirdParty{"taggit_autosuggest", plain("TaggableManager", I::none)},
    ThirdParty{"multi_email_field", plain("MultiEmailField", I::text)},
    ThirdParty{"opaque_keys", varchar("CourseKeyField", -1)},
    ThirdParty{"opaque_keys", varchar("UsageKeyField", -1)},
    ThirdParty{"opaque_keys", varchar("LearningContextKeyField", -1)},
    ThirdParty{"localflavor", varchar("USZipCodeField", 10)},
    ThirdParty{"localflavor", varchar("USPostalCodeField", 2)},
    ThirdParty{"localflavor", varchar("USSocialSecurityNumberField", 11)},
    ThirdParty{"wagtail_color_panel", varchar("ColorField", 7)},
    ThirdParty{"netfields", own_type("InetAddressField", "inet")},
    ThirdParty{"netfields", own_type("CidrAddressField", "cidr")},
    ThirdParty{"netfields", own_type("MACAddressField", "macaddr", true)},
    ThirdParty{"netfields", own_type("MACAddress8Field", "macaddr8", true)},
    ThirdParty{"citext", own_type("CICharField", "citext", true)},
    ThirdParty{"citext", own_type("CIEmailField", "citext", true)},
    ThirdParty{"citext", own_type("CITextField", "citext", true)},
    ThirdParty{"oscar", {.path = "NullCharField", .internal = I::char_, .max_length = -1, .null = true}},
    ThirdParty{"oauth2_provider", varchar("ClientSecretField", -1)},
    ThirdParty{"oscar", varchar("UppercaseCharField", -1)},
    ThirdParty{"oscar", varchar("PhoneNumberField", 128)},
    ThirdParty{"oscar", varchar("ExtendedURLField", 200)},
    ThirdParty{"oscar", number("PositiveDecimalField", I::decimal)},
    ThirdParty{"oscar", {.path = "AutoSlugField", .internal = I::slug, .max_length = 50, .db_index = true}},
    ThirdParty{"bitfield", number("BitField", I::big_integer)},
    ThirdParty{"encrypted_fields", plain("EncryptedCharField", I::text)},
    ThirdParty{"encrypted_fields", plain("EncryptedTextField", I::text)},
    ThirdParty{"djangocms_attributes_field", plain("AttributesField", I::text)},
    ThirdParty{"annoying", plain("JSONField", I::text)},
    ThirdParty{"cloudinary", varchar("CloudinaryField", 255)},
    ThirdParty{"django_bleach", plain("BleachField", I::text)},
    ThirdParty{"django_extensions", plain("JSONField", I::text)},
    ThirdParty{"django_fsm", foreign_key("FSMKeyField")},
    ThirdParty{"django_jsonform", number("JSONField", I::json)},
    ThirdParty{"django_jsonform", number("ArrayField", I::array)},
    ThirdParty{"django_better_admin_arrayfield", number("ArrayField", I::array)},
    ThirdParty{"django_ltree", own_type("LqueryField", "lquery", true)},
    ThirdParty{"django_quill", plain("QuillField", I::text)},
    ThirdParty{"django_resized", {.path = "ResizedImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"django_summernote", plain("SummernoteTextField", I::text)},
    ThirdParty{"djangocms_text_ckeditor", plain("HTMLField", I::text)},
    ThirdParty{"djangocms_text", plain("HTMLField", I::text)},
    ThirdParty{"encrypted_fields", plain("EncryptedEmailField", I::text)},
    ThirdParty{"encrypted_fields", number("EncryptedBooleanField", I::text)},
    ThirdParty{"encrypted_fields", number("EncryptedDateField", I::text)},
    ThirdParty{"encrypted_fields", number("EncryptedDateTimeField", I::text)},
    ThirdParty{"encrypted_fields", number("EncryptedFloatField", I::text)},
    ThirdParty{"encrypted_fields", number("EncryptedIntegerField", I::text)},
    ThirdParty{"encrypted_fields", number("EncryptedJSONField", I::json)},
    ThirdParty{"enumfields", varchar("EnumField", 10)},
    ThirdParty{"enumfields", number("EnumIntegerField", I::integer)},
    ThirdParty{"hashid_field", number("HashidField", I::integer)},
    ThirdParty{"hashid_field", number("BigHashidField", I::big_integer)},
    ThirdParty{"hashid_field", number("HashidAutoField", I::auto_)},
    ThirdParty{"hashid_field", number("BigHashidAutoField", I::big_auto)},
    ThirdParty{"image_cropping", {.path = "ImageCropField", .internal = I::file, .max_length = 100}},
    ThirdParty{"image_cropping", varchar("ImageRatioField", 255)},
    ThirdParty{"internationalflavor", varchar("CountryField", 2)},
    ThirdParty{"internationalflavor", varchar("IBANField", 34)},
    ThirdParty{"internationalflavor", varchar("BICField", 11)},
    ThirdParty{"jsonfield", varchar("JSONCharField", -1)},
    ThirdParty{"localflavor", varchar("IBANField", 34)},
    ThirdParty{"localflavor", varchar("BICField", 11)},
    ThirdParty{"localflavor", varchar("BRStateField", 2)},
    ThirdParty{"localflavor", varchar("BRCPFField", 14)},
    ThirdParty{"localflavor", varchar("BRCNPJField", 18)},
    ThirdParty{"localflavor", varchar("BRPostalCodeField", 9)},
    ThirdParty{"location_field", varchar("PlainLocationField", 63)},
    ThirdParty{"macaddress", number("MACAddressField", I::big_integer)},
    ThirdParty{"mdeditor", plain("MDTextField", I::text)},
    ThirdParty{"parler", foreign_key("TranslationsForeignKey")},
    ThirdParty{"partial_date", plain("PartialDateField", I::date_time)},
    ThirdParty{"pgvector", own_type("VectorField", "vector")},
    ThirdParty{"pgvector", own_type("HalfVectorField", "halfvec")},
    ThirdParty{"pgvector", own_type("SparseVectorField", "sparsevec")},
    ThirdParty{"pgvector", own_type("BitField", "bit", true)},
    ThirdParty{"picklefield", number("PickledObjectField", I::text)},
    ThirdParty{"psqlextra", own_type("HStoreField", "hstore")},
    ThirdParty{"recurrence", plain("RecurrenceField", I::text)},
    ThirdParty{"relativedeltafield", own_type("RelativeDeltaField", "interval")},
    ThirdParty{"s3direct", plain("S3DirectField", I::text)},
    ThirdParty{"simplemde", plain("SimpleMDEField", I::text)},
    ThirdParty{"smart_selects", foreign_key("ChainedForeignKey")},
    // django-privates 3.1, django-private-storage 3.1
    ThirdParty{"privates", {.path = "PrivateMediaFileField", .internal = I::file, .max_length = 100}},
    ThirdParty{"privates", {.path = "PrivateMediaImageField", .internal = I::file, .max_length = 100}},
    ThirdParty{"private_storage", {.path = "PrivateFileField", .internal = I::file, .max_length = 100}},
    ThirdParty{"private_storage", {.path = "PrivateImageField", .internal = I::file, .max_length = 100}},
    // django-mirage-field 1.3
    ThirdParty{"mirage", plain("EncryptedTextField", I::text)},
    ThirdParty{"mirage", varchar("EncryptedCharField", 255)},
    ThirdParty{"mirage", varchar("EncryptedURLField", 200)},
    ThirdParty{"mirage", varchar("EncryptedEmailField", 254)},
    ThirdParty{"mirage", varchar("EncryptedIntegerField", 64)},
    // django-pint 1.0: what it stores is a number in the base unit
    ThirdParty{"quantityfield", number("QuantityField", I::float_)},
    ThirdParty{"quantityfield", number("IntegerQuantityField", I::integer)},
    ThirdParty{"quantityfield", number("BigIntegerQuantityField", I::big_integer)},
    ThirdParty{"quantityfield", number("PositiveIntegerQuantityField", I::positive_integer)},
    ThirdParty{"quantityfield", number("DecimalQuantityField", I::decimal)},
    // django-organizations 2.6; its slug is AutoSlugField of django-extensions unless a setting says another
    ThirdParty{"organizations", date_time("AutoCreatedField")},
    ThirdParty{"organizations", date_time("AutoLastModifiedField")},
    ThirdParty{"organizations", {.path = "SlugField", .internal = I::slug, .max_length = 50, .db_index = true}},
    // gemma-zds's: vng-api-common 2.0, zgw-consumers 1.2, django-loose-fk 1.1; the last two are no columns themselves
    ThirdParty{"vng_api_common", varchar("RSINField", 9)},
    ThirdParty{"vng_api_common", varchar("BSNField", 9)},
    ThirdParty{"vng_api_common", varchar("LanguageField", 3)},
    ThirdParty{"vng_api_common", varchar("VertrouwelijkheidsAanduidingField", 20)},
    ThirdParty{"vng_api_common", number("DaysDurationField", I::duration)},
    ThirdParty{"zgw_consumers", plain("ServiceUrlField", I::none)},
    ThirdParty{"django_loose_fk", plain("FkOrURLField", I::none)},
};

// Some packages compute the type from their arguments' kind; a table cannot hold those.
constexpr std::array fernet_prefixes = {std::string_view("fernet_fields.")};

std::string_view last_part(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

const std::unordered_map<std::string_view, const FieldClass*>& by_path() {
  static const auto table = [] {
    std::unordered_map<std::string_view, const FieldClass*> result;
    for (const FieldClass& known : core_classes) result.emplace(known.path, &known);
    for (const FieldClass& known : contrib_classes) result.emplace(known.path, &known);
    return result;
  }();
  return table;
}

std::optional<FieldClass> case_insensitive_class(std::string_view name, const Version& version) {
  // The CI fields became stubs of their bases in 5.1: db_collation replaces them.
  const bool citext = version < Version{5, 1};
  if (name == "CICharField")
    return citext ? FieldClass{.path = name, .internal = I::other, .type = "citext"} : varchar(name, -1);
  if (name == "CIEmailField") {
    return citext ? FieldClass{.path = name, .internal = I::other, .type = "citext", .max_length = 254}
                  : varchar(name, 254);
  }
  if (name == "CITextField")
    return citext ? FieldClass{.path = name, .internal = I::other, .type = "citext"} : plain(name, I::text);
  return std::nullopt;
}

}  // namespace

std::string canonical_field_path(std::string_view dotted) {
  const std::string_view name = last_part(dotted);
  std::string_view home;
  if (dotted.starts_with("django.contrib.gis.db.models") || dotted.starts_with("django.contrib.gis.forms")) {
    home = "django.contrib.gis.db.models.";
    // gis re-exports the core classes
    std::string core = "django.db.models." + std::string(name);
    if (by_path().contains(core)) return core;
  } else if (dotted.starts_with("django.db.models.")) {
    home = "django.db.models.";
  } else if (dotted.starts_with("django.contrib.postgres.fields")) {
    home = "django.contrib.postgres.fields.";
  } else if (dotted.starts_with("django.contrib.contenttypes")) {
    home = "django.contrib.contenttypes.fields.";
  } else {
    return std::string(dotted);
  }
  return std::string(home) + std::string(name);
}

std::optional<FieldClass> field_class(std::string_view canonical, const Version& version) {
  const auto found = by_path().find(canonical);
  if (found != by_path().end()) return *found->second;
  const std::string_view name = last_part(canonical);
  if (canonical.starts_with("django.contrib.postgres.fields.")) return case_insensitive_class(name, version);
  for (const std::string_view prefix : fernet_prefixes) {
    if (canonical.starts_with(prefix)) return own_type(canonical, "bytea");
  }
  for (const ThirdParty& known : third_party) {
    if (known.field.path != name || !canonical.starts_with(known.package)) continue;
    const std::string_view rest = canonical.substr(known.package.size());
    if (rest.starts_with(".")) return known.field;
  }
  return std::nullopt;
}

}  // namespace mlint::django

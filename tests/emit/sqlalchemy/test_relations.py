"""Names of relationships, as another source declares them."""

from __future__ import annotations

import pytest

from pgtandem.emit.alignment_review import alignment_review
from pgtandem.emit.document import render
from pgtandem.emit.mapping.relationships import relationships
from pgtandem.emit.sqlalchemy_models import prepare, sqlalchemy_models
from pgtandem.model.key import Key
from pgtandem.model.relation import Relation


def table(name):
    return Key("relation", ("public", name))


def one(owner, name, target, *, by=(), relation_name=None):
    return Relation(
        table=table(owner),
        name=name,
        target=table(target),
        many=False,
        fields=by[:1],
        references=by[1:],
        relation_name=relation_name,
    )


def many(owner, name, target, relation_name=None):
    return Relation(table=table(owner), name=name, target=table(target), many=True, relation_name=relation_name)


def names(catalog, relations):
    sides = relationships(prepare(catalog), relations)
    return {(side.owner.name, side.foreign.constraint.name): side.name for of in sides.values() for side in of}


def test_declared_names_come_in_snake_case(emit):
    relations = [
        many("customers", "placedOrders", "orders", "buyer"),
        one("orders", "buyer", "customers", by=("customer_id", "id"), relation_name="buyer"),
        one("customers", "homeAddress", "addresses"),
    ]
    found = names(emit("shop").catalog, relations)
    assert found["Customer", "orders_customer_id_fkey"] == "placed_orders"
    assert found["Order", "orders_customer_id_fkey"] == "buyer"
    assert found["Customer", "addresses_customer_id_fkey"] == "home_address"
    # What is not declared is derived.
    assert found["Order", "orders_recommended_by_fkey"] == "recommended_by_customer"
    assert found["Address", "addresses_customer_id_fkey"] == "customer"


def test_a_name_without_a_relation_name_does_not_choose_between_keys(emit):
    found = names(emit("shop").catalog, [many("customers", "things", "orders")])
    assert "things" not in found.values()


def test_the_two_sides_of_a_table_with_itself(emit):
    relations = [
        one("products", "variantOf", "products", by=("parent_id", "id"), relation_name="variants"),
        many("products", "variants", "products", "variants"),
    ]
    text = render(sqlalchemy_models(emit("shop").catalog, relations=relations))
    assert 'variant_of: Mapped[Product | None] = relationship(back_populates="variants"' in text
    assert 'variants: Mapped[list[Product]] = relationship(back_populates="variant_of"' in text


@pytest.mark.parametrize("name", ["email", "metadata", "class", "__x"])
def test_a_declared_name_that_is_taken(emit, name):
    found = names(emit("shop").catalog, [one("customers", name, "addresses")])
    assert found["Customer", "addresses_customer_id_fkey"] not in {"email", "metadata", "class", "__x"}


def test_the_review_lists_what_the_two_sides_do_not_share(emit):
    catalog = emit("shop").catalog
    relations = [
        one("orders", "customer", "customers", by=("customer_id", "id")),
        one("products", "owner", "customers", by=("owner_id", "id")),
    ]
    review = render(alignment_review(catalog, relations=relations))
    assert "| `Order` | `customer` |" not in review
    assert "| `Customer` | `address` | none |" in review
    assert "| `Product` | none | `owner` | no foreign key carries it" in review


def test_the_review_follows_from_the_catalog(emit):
    review = render(alignment_review(emit("shop").catalog, sources="schema.ts"))
    assert "Generated from schema.ts by `pgtandem sync`" in review
    assert "| `products` | `metadata` | `Product.metadata_` | the name is SQLAlchemy's own on every class |" in review
    assert "| `visits` | `visits` | a `Table` object" in review
    assert "| `products.id` | `integer`, next of `products_id_seq` |" in review
    assert "## Tables of others" not in review
    outside = render(alignment_review(emit("outside").catalog))
    assert "| `auth.users` | `users_id_fkey`, `log_user_id_fkey`" in outside or "`users_id_fkey`" in outside
    unsaid = render(alignment_review(emit("unsaid").catalog))
    assert "| `constraint no_inherit on public.things` | NO INHERIT | SQLAlchemy has no such option |" in unsaid


def test_every_row_of_the_review_has_as_many_cells_as_its_table(all_emitted):
    for emitted in all_emitted:
        width = 0
        for line in render(alignment_review(emitted.catalog)).splitlines():
            if line.startswith("| ---"):
                width = line.count("|")
            elif line.startswith("|") and width:
                assert line.replace("\\|", "").count("|") == width
            else:
                width = 0
